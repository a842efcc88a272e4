/** Where a continuation of code has said what belongs to the block that the cursor is in. Told by indentation alone. */

/** The line that a text goes on from. */
export interface BlockStart {
  readonly indent: string;
  /** True where nothing but its indentation stands on it. */
  readonly isOwnLine: boolean;
}

/**
 * The length up to which `text`, written at such a line, belongs to one block: it ends before a line that is indented
 * less, and before a blank line after which the block does not go deeper. Undefined while the block may go on. The first
 * line counts as written at the cursor.
 */
export function endOfBlock(text: string, { indent, isOwnLine }: BlockStart): number | undefined {
  const lines = text.split('\n');
  const blockWidth = indentWidth(indent);
  let hasCode = lines[0].trim() !== '';
  let start = lines[0].length;
  let blank: number | undefined = hasCode ? undefined : 0;
  for (const line of lines.slice(1)) {
    if (line.trim() === '') blank ??= start;
    else {
      const width = indentWidth(line);
      if ((hasCode || isOwnLine) && width < blockWidth) return blank ?? start;
      if (hasCode && blank !== undefined && width <= blockWidth) return blank;
      hasCode = true;
      blank = undefined;
    }
    start += line.length + 1;
  }
  return undefined;
}

/** Columns of white space; a tab counts as four. */
export function indentWidth(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === ' ') width++;
    else if (character === '\t') width += 4;
    else break;
  }
  return width;
}
