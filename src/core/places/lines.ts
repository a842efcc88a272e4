/** Small questions about the lines of a text. Lines come without their line break. */

/** Of a longer text only so many lines are looked at: what lies below has no places. */
export const MAX_LINES = 20_000;

/** The first {@link MAX_LINES} lines, whatever they end in. */
export function splitLines(text: string): string[] {
  return text.split('\n', MAX_LINES).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** The nearest line at or below `from` that is not blank; the number of lines where there is none. */
export function nextWritten(lines: readonly string[], from: number): number {
  let i = from;
  while (i < lines.length && isBlank(lines[i])) i++;
  return i;
}

/** The nearest line at or above `from` that is not blank; -1 where there is none. */
export function previousWritten(lines: readonly string[], from: number): number {
  let i = from;
  while (i >= 0 && isBlank(lines[i])) i--;
  return i;
}
