/**
 * What the program says, and where: results to stdout, everything else to stderr. It owns the two streams' manners
 * (colour, a reader that has gone away) and knows nothing of what is said.
 */
import { oneLine } from './plainText.ts';

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Environment {
  readonly [name: string]: string | undefined;
}

const DEFAULT_COLUMNS = 80;

export class Output {
  /** Called when whoever read stdout has gone (`| head`): there is nobody left to work for. */
  onReaderGone: () => void = () => {};
  readonly #hasColour: boolean;

  constructor(
    readonly stdout: OutputStream,
    readonly stderr: OutputStream,
    env: Environment,
  ) {
    this.#hasColour = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
    stdout.on('error', () => this.onReaderGone());
    // Whom could it be told?
    stderr.on('error', () => {});
  }

  /** Columns of the terminal that results go to. */
  get columns(): number {
    return this.stdout.columns ?? DEFAULT_COLUMNS;
  }

  /** One JSON document, indented where a person reads it. */
  json(value: unknown): void {
    this.write(`${JSON.stringify(value, null, this.stdout.isTTY ? 2 : undefined)}\n`);
  }

  /** Lines of a result for a person. */
  lines(...lines: readonly string[]): void {
    for (const line of lines) this.write(`${line.trimEnd()}\n`);
  }

  /** Part of a result, as it is. */
  write(text: string): void {
    this.stdout.write(text);
  }

  /** A line beside the result: what is going on, what went wrong. */
  note(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** What went wrong in one line, what to do about it in another. */
  error(message: string, advice = ''): void {
    this.note(`steerscope: ${oneLine(message)}`);
    if (advice !== '') this.note(oneLine(advice));
  }

  bold(text: string): string {
    return this.#hasColour ? `\u001b[1m${text}\u001b[22m` : text;
  }

  dim(text: string): string {
    return this.#hasColour ? `\u001b[2m${text}\u001b[22m` : text;
  }
}
