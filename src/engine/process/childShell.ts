/**
 * The shell around the engine's service in its own process: serves the RPC on the pipe to the parent and makes sure
 * that the process never outlives its parent. It must not know what the service does.
 */
import { ipcChannel } from '../../protocol/channel.ts';
import { serve } from '../../protocol/rpc.ts';
import type { ParamsSchemas, Server, ServiceShape } from '../../protocol/rpc.ts';

/** How often the parent's process id is looked at. The pipe's end is noticed at once; this is for the rest. */
const PARENT_POLL_MS = 1000;

/**
 * Runs a service for the parent process; the last thing that a child's main module does.
 *
 * @param createService makes the service; it may use the server's `log`. Calls come only after it has returned.
 */
export async function runEngineChild<S extends ServiceShape<S>>(
  createService: (log: Server['log']) => S | Promise<S>,
  schemas: ParamsSchemas<S>,
): Promise<void> {
  if (process.send === undefined) {
    console.error('This program is the engine of Steerscope and is started by it; run `steerscope --help` instead.');
    process.exitCode = 2;
    return;
  }
  endWithParent();
  const channel = ipcChannel(process);
  const log: Server['log'] = (level, text) => channel.send({ note: 'log', level, text });
  const service = await createService(log);
  const server = serve(channel, service, schemas, {
    // stderr is forwarded to the parent's log: the trace is for those who look there, the record for the caller.
    onInternalError: (error, method) => console.error(`internal error in ${method}:`, error),
  });
  server.ready();
}

/** Exits when the pipe to the parent ends, when the parent is gone in any other way, and on SIGTERM. */
function endWithParent(): void {
  const leave = (): never => process.exit(0);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) leave();
  }, PARENT_POLL_MS).unref();
  process.once('disconnect', leave);
  process.once('SIGTERM', leave);
  // Ctrl-C goes to the whole group of processes: the parent alone decides what it means.
  process.on('SIGINT', () => {});
  if (!process.connected) leave();
}
