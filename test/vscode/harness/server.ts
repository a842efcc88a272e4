/**
 * VS Code as a server: installs a package of the extension into a profile and serves the workbench on a free port of the
 * loopback interface. What is seen of it in the browser is not its business.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { findVSCode } from '../../../scripts/lib/vscode.mjs';
import { LISTENING, SERVER_ENVIRONMENT, serverArguments } from '../../../scripts/lib/vscodeServer.mjs';
import { until } from './until.ts';
import type { Processes } from './processes.ts';
import type { Profile } from './profile.ts';

export interface ServerOptions {
  /** True: folders are not trusted until the user says so. */
  readonly asksForTrust?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

export class Server {
  private constructor(
    private readonly child: ChildProcess,
    /** Where the workbench is. */
    readonly url: string,
  ) {}

  static async start(profile: Profile, processes: Processes, options: ServerOptions = {}): Promise<Server> {
    const child = run(profile, processes, options.asksForTrust ? [] : ['--disable-workspace-trust'], options.env);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (more: string) => (said += more));
    let hasEnded = false;
    child.once('close', () => (hasEnded = true));
    const { url } = await until('VS Code listens', () => {
      const [, found] = LISTENING.exec(said) ?? [];
      return found !== undefined || hasEnded ? { url: found } : undefined;
    });
    if (url === undefined) throw new Error(`VS Code ended at once:\n${said}`);
    return new Server(child, url);
  }

  /** Asks it to end; resolves when it has. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Installs a package as a user would: from the file, into the empty profile. */
export async function installExtension(vsix: string, profile: Profile, processes: Processes): Promise<void> {
  const child = run(profile, processes, ['--install-extension', vsix]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const status = await ended;
  if (status !== 0)
    throw new Error(`${path.basename(vsix)} could not be installed:\n${(await Promise.all(said)).join('')}`);
}

function run(
  profile: Profile,
  processes: Processes,
  more: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const { vscode, missing } = findVSCode();
  if (missing !== undefined) throw new Error(missing);
  const own: NodeJS.ProcessEnv = { STEERSCOPE_HOME: profile.home, ...SERVER_ENVIRONMENT, ...env };
  return spawn(process.execPath, serverArguments(vscode, profile, more), {
    cwd: profile.folder,
    env: processes.environment(own),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
