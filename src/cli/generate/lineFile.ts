/**
 * A file of lines that takes hours to make. It is written under a temporary name from the start, so that a disk that
 * refuses is met at once, and gets its name when it is complete. Where the work stops before that, the file of that name
 * is as it was, and the lines so far are kept beside it as `NAME.partial`.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { CancelledError, StoreError, UsageError } from '../../core/errors.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, writeFileAtomically } from '../../files/atomic.ts';

export class LineFile {
  /** Rejects where the file cannot be written; never resolves. */
  readonly failed: Promise<never>;
  readonly #lines: Buffer[] = [];
  readonly #writing: Promise<void>;
  #written = 0;
  #state: 'open' | 'complete' | 'abandoned' = 'open';
  #wake: () => void = () => {};

  private constructor(private readonly target: string) {
    this.#writing = writeFileAtomically(target, this.#content());
    this.failed = new Promise((_, reject) => void this.#writing.catch(reject));
    // Whoever does not wait for it learns of it from `finish`.
    this.failed.catch(() => {});
  }

  /**
   * Begins the file.
   *
   * @param inputs files that it must not be
   * @throws UsageError `out-is-input`; StoreError where something that is no file has its name
   */
  static async begin(file: string, inputs: readonly string[] = []): Promise<LineFile> {
    // Through links, so that what they point to is replaced and not they.
    const target = await fs.realpath(file).catch(() => path.resolve(file));
    for (const input of inputs) {
      if ((await fs.realpath(input).catch(() => path.resolve(input))) !== target) continue;
      const message = `--out ${file} is the file of the prompts, which it would replace`;
      throw new UsageError('out-is-input', message, 'Give --out another name.');
    }
    const existing = await fs.stat(target).catch(() => undefined);
    if (existing && !existing.isFile()) {
      throw new StoreError('not-a-file', `cannot write ${file}: it is no ordinary file`, 'Give --out another name.');
    }
    await cleanTemporaryFiles(path.dirname(target), LEFT_OVER_MS);
    return new LineFile(target);
  }

  /**
   * Runs `work` on a file that is begun where a name is given. What it had written when it failed is kept beside the
   * file, and `told` gets the name of that.
   */
  static async whileWriting<T>(
    file: string | undefined,
    inputs: readonly string[],
    told: (partial: string) => void,
    work: (file: LineFile | undefined) => Promise<T>,
  ): Promise<T> {
    const lines = file === undefined ? undefined : await LineFile.begin(file, inputs);
    try {
      return await work(lines);
    } catch (error) {
      const partial = await lines?.abandon();
      if (partial !== undefined) told(partial);
      throw error;
    }
  }

  append(line: string): void {
    this.#lines.push(Buffer.from(`${line}\n`));
    this.#wake();
  }

  /** The file is complete and has its name when this resolves. */
  async finish(): Promise<void> {
    this.#state = 'complete';
    this.#wake();
    await this.#writing;
    // What an earlier run left is no longer wanted.
    await fs.rm(this.#partial, { force: true }).catch(() => {});
  }

  /** Gives the file up. Resolves to the name under which the lines so far were kept, where there are any. */
  async abandon(): Promise<string | undefined> {
    if (this.#state === 'open') this.#state = 'abandoned';
    this.#wake();
    const isWhole = await this.#writing.then(
      () => true,
      () => false,
    );
    if (isWhole || this.#lines.length === 0) return undefined;
    // What made the work stop may be the very disk: then there is nothing more to be done, or to be said.
    return writeFileAtomically(this.#partial, Buffer.concat(this.#lines)).then(
      () => this.#partial,
      () => undefined,
    );
  }

  get #partial(): string {
    return `${this.target}.partial`;
  }

  async *#content(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const line = this.#lines[this.#written];
      if (line) {
        this.#written++;
        yield line;
      } else if (this.#state === 'complete') return;
      else if (this.#state === 'abandoned') throw new CancelledError();
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
