/**
 * The processes of a test: everything that it starts carries a mark in its environment, and so does everything that those
 * start, so that they are found whoever their parent is, and ended whatever happens. Linux only (`/proc`).
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { outsideOfVSCode } from '../../../scripts/lib/vscodeServer.mjs';
import { until } from './until.ts';

const NAME = 'STEERSCOPE_TEST_MARK';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

export class Processes {
  readonly #mark = randomUUID();

  /** An environment with the mark, and without what a surrounding VS Code or test runner has set. */
  environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const surrounding = { ...outsideOfVSCode(process.env), NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined };
    return { ...surrounding, ...more, [NAME]: this.#mark };
  }

  /** Those that run now. */
  running(): Process[] {
    return fs
      .readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
      .flatMap((pid) => this.#read(pid) ?? []);
  }

  /** The engines among them. */
  engines(): Process[] {
    return this.running().filter(({ command }) => /[/\\]dist[/\\]engine\.js(?:\s|$)/.test(command));
  }

  /** The extension hosts among them. */
  extensionHosts(): Process[] {
    return this.running().filter(({ command }) => command.includes('--type=extensionHost'));
  }

  /** Ends all of them at once; for the end of the test process itself. */
  killAll(): void {
    for (const { pid } of this.running()) kill(pid);
  }

  /** Ends all of them, and resolves when none is left. */
  async endAll(): Promise<void> {
    await until('the processes of the test end', () => {
      this.killAll();
      return this.running().length === 0;
    });
  }

  #read(pid: number): Process | undefined {
    try {
      if (!fs.readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${NAME}=${this.#mark}`)) return undefined;
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // One that has ended and waits for its parent to ask is none any more.
      return state === 'Z' ? undefined : { pid, parent: Number(parent), command };
    } catch {
      // Gone meanwhile, or another user's.
      return undefined;
    }
  }
}

/** Kills a process at once; that it is gone already is no error. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Resident memory of a process, bytes; 0 where it is gone. */
export function residentBytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
