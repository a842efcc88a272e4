/** One side of a comparison as a process: a line in, a line of JSON out, so that it stands still while the other works. */
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Side<Turn> {
  /** The first line that it says, when it is ready. */
  readonly greeting: string;
  /** Sends a line, and waits for the answer to it. */
  turn(line: string): Promise<Turn>;
  end(): Promise<void>;
}

export async function startSide<Turn>(command: string, args: readonly string[]): Promise<Side<Turn>> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  ended.catch(() => undefined);
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${command} ${args.join(' ')} ended with status ${await ended}`);
    return line.value;
  };
  return {
    greeting: await nextLine(),
    async turn(line) {
      child.stdin.write(`${line}\n`);
      return JSON.parse(await nextLine()) as Turn;
    },
    async end() {
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}

/** Starts the side that is ours: a file of this folder. */
export function startOurs<Turn>(file: string, ...args: readonly string[]): Promise<Side<Turn>> {
  return startSide(process.execPath, ['--import', 'tsx', `test/bench/${file}`, ...args]);
}
