/**
 * The terminal's hold on an engine, for the length of one verb: starts it, opens the model, shows progress, and sees
 * that it is gone in the end, whichever way the verb ends. It knows no verb.
 */
import path from 'node:path';
import { startEngine } from '../client/engineClient.ts';
import { engineSchemas } from '../protocol/engineSchemas.ts';
import type { EngineService, ModelSummary, Progress } from '../protocol/engineService.ts';
import type { Client } from '../protocol/rpc.ts';
import type { LogLevel } from '../protocol/rpcMessages.ts';
import type { Cli } from './cli.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { oneLine } from './plainText.ts';
import { ProgressReporter } from './progress.ts';

export interface EngineSession {
  readonly engine: Client<EngineService>;
  /** The options of a call that shows its progress and ends at Ctrl-C. */
  readonly calls: { readonly signal: AbortSignal; readonly onEvent: (progress: Progress) => void };
  readonly progress: ProgressReporter;
}

export interface ModelSession extends EngineSession {
  readonly model: ModelSummary;
}

/** An answer under way is not waited for: by now nobody wants it. */
const DISPOSE_GRACE_MS = 300;

/** Runs `work` with an engine that has opened no model: enough for the artefact store. */
export async function withEngine<T>(
  cli: Cli,
  options: CommonOptions,
  work: (session: EngineSession) => Promise<T>,
): Promise<T> {
  const { signal } = cli.interrupt;
  const progress = new ProgressReporter(cli.output.stderr);
  const handle = await startEngine<EngineService>({
    ...cli.engine,
    schemas: engineSchemas,
    signal,
    disposeGraceMs: DISPOSE_GRACE_MS,
    onLog: logger(cli.output, progress, options.verbose),
  });
  const forget = cli.interrupt.onForce(() => handle.kill());
  try {
    return await work({ engine: handle.client, calls: { signal, onEvent: progress.update }, progress });
  } finally {
    progress.clear();
    await handle.dispose();
    forget();
  }
}

/** Runs `work` with an engine that has opened the model that the options name. `get`: fetched where it is missing. */
export function withModel<T>(
  cli: Cli,
  options: CommonOptions,
  work: (session: ModelSession) => Promise<T>,
  { get = false }: { readonly get?: boolean } = {},
): Promise<T> {
  return withEngine(cli, options, async (session) => {
    const { model, precision, threads } = options;
    const params = { model, precision, threads, ...storePlace(cli, options), get };
    return work({ ...session, model: await session.engine.open(params, session.calls) });
  });
}

/** Where the artefacts are, as the engine is told it. */
export function storePlace(cli: Cli, { store }: CommonOptions): { readonly home: string; readonly store?: string } {
  return store === undefined ? { home: cli.home } : { home: cli.home, store: path.resolve(store) };
}

function logger(output: Output, progress: ProgressReporter, isVerbose: boolean): (l: LogLevel, t: string) => void {
  return (level, text) => {
    const isMeantForAll = level === 'warning' || level === 'error';
    if (!isVerbose && !isMeantForAll) return;
    progress.clear();
    output.note(isMeantForAll ? `steerscope: ${level}: ${oneLine(text)}` : `engine: ${oneLine(text)}`);
  };
}
