/** Windows that are closed while the engine writes: what is left of their processes, and whether the next one works. */
import fs from 'node:fs';
import path from 'node:path';
import type { Process } from '../vscode/harness/processes.ts';
import type { Session } from '../vscode/harness/session.ts';
import { until } from '../vscode/harness/until.ts';
import { ask, complaintsIn, completeOnce, goToSecondPlace } from './soakSession.ts';

export interface Closed {
  /** From the end of the page to the end of the last engine. */
  readonly engineGoneMs: number;
  /** Errors and warnings that the extension logged in the life of the window. */
  readonly complaints: readonly string[];
  /** What VS Code says of extension hosts that ended otherwise than by themselves, since the last window. */
  readonly abnormalExits: readonly string[];
}

/**
 * Closes `count` windows while they write, and yields after each; each first completes something. A window is open at the end.
 * @throws Error where an engine stays, or a window does not complete
 */
export async function* closings(session: Session, count: number): AsyncGenerator<Closed> {
  for (let closed = 0; closed < count; closed++) {
    const before = { log: session.profile.log().length, exits: abnormalExits(session).length };
    await session.editor.ready();
    await completeOnce(session.editor);
    await goToSecondPlace(session.editor);
    await ask(session.editor);
    const engines = session.processes.engines();
    if (engines.length !== 1) throw new Error(`${engines.length} engines run for one window`);
    await session.closeWindow();
    const engineGoneMs = await goneAfter(session, engines);
    await session.openWindow();
    await session.editor.ready();
    yield {
      engineGoneMs,
      complaints: complaintsIn(session.profile.log().slice(before.log)),
      abnormalExits: abnormalExits(session).slice(before.exits),
    };
  }
  await completeOnce(session.editor);
}

/** Milliseconds until none of the processes runs. */
async function goneAfter({ processes }: Session, gone: readonly Process[]): Promise<number> {
  const startMs = performance.now();
  const pids = new Set(gone.map(({ pid }) => pid));
  await until('no engine is left', () => !processes.engines().some(({ pid }) => pids.has(pid)), { pollMs: 20 });
  return performance.now() - startMs;
}

/** VS Code's server logs the end of each extension host. */
function abnormalExits({ profile }: Session): string[] {
  const logs = path.join(profile.userData, 'logs');
  return fs
    .readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === 'remoteagent.log')
    .sort()
    .flatMap((name) => fs.readFileSync(path.join(logs, name), 'utf8').split('\n'))
    .filter((line) => /exited with code/.test(line) && !/exited with code: 0, signal: null/.test(line));
}
