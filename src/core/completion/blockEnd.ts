/** Where a continuation of code has said what belongs to the block that the cursor is in. Told by indentation alone. */

/**
 * The length up to which `text`, written at a line that is indented by `indent`, belongs to one block: it ends before a
 * line that is indented less, and before a blank line after which the block does not go deeper. Undefined while the block
 * may go on. The first line counts as written at the cursor.
 */
export function endOfBlock(text: string, indent: string): number | undefined {
  const lines = text.split('\n');
  let hasCode = lines[0].trim() !== '';
  let start = lines[0].length;
  let blank: number | undefined;
  for (const line of lines.slice(1)) {
    const trimmed = line.trim();
    if (trimmed === '') blank ??= start;
    else {
      const width = indentWidth(line);
      if (hasCode && width < indentWidth(indent)) return blank ?? start;
      if (hasCode && blank !== undefined && width <= indentWidth(indent)) return blank;
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
