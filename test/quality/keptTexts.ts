/**
 * Texts that were written once and need not be written again: a file of JSON lines, so that a study that is broken off goes
 * on where it was. A key says everything that a text depends on; removing the file makes everything anew.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export class KeptTexts {
  private readonly texts = new Map<string, string>();

  constructor(private readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const line of lines) this.read(line);
    // What was broken off in the middle of a line must not spoil the next one.
    if (lines.at(-1) !== '') appendFileSync(file, '\n');
  }

  get(key: string): string | undefined {
    return this.texts.get(key);
  }

  keep(key: string, text: string): void {
    this.texts.set(key, text);
    appendFileSync(this.file, `${JSON.stringify({ key, text })}\n`);
  }

  private read(line: string): void {
    try {
      const { key, text } = JSON.parse(line) as { key: string; text: string };
      this.texts.set(key, text);
    } catch {
      // A line that was broken off: its text is written again.
    }
  }
}
