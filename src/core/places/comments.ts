/**
 * The comments of a source file that stand on lines of their own, and its docstrings. One pass over the lines, with what
 * a line is inside of (a comment of several lines, a string of several lines) as its only memory.
 */
import type { CommentMarks } from './commentMarks.ts';
import { indentOf, previousWritten } from './lines.ts';

export interface Comment {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly indent: string;
  /** Without marks, one for each line. */
  readonly lines: readonly string[];
  readonly kind: 'line' | 'block' | 'docstring';
  /** Written as documentation: `///`, `/** ... *\/`, or a docstring. */
  readonly isDoc: boolean;
}

/** A line that is longer is no line that somebody wrote; what follows on it is not looked at. */
const MAX_LINE = 2000;

/** Every comment, from the top. Time is linear in the text. */
export function findComments(lines: readonly string[], marks: CommentMarks): Comment[] {
  const comments: Comment[] = [];
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i].slice(0, MAX_LINE);
    const trimmed = text.trim();
    if (trimmed === '') continue;
    const comment = lineComment(lines, i, marks) ?? blockComment(lines, i, marks) ?? docstring(lines, i, marks);
    if (comment) {
      comments.push(comment);
      i = comment.lastLine;
    } else i = endOfCode(lines, i, marks);
  }
  return comments;
}

/** Lines that follow one another with the same mark and indentation are one comment. */
function lineComment(lines: readonly string[], first: number, marks: CommentMarks): Comment | undefined {
  const mark = markOf(lines[first], marks);
  const isShebang = first === 0 && lines[first].startsWith('#!');
  if (mark === undefined || isShebang) return undefined;
  const indent = indentOf(lines[first]);
  let last = first;
  while (last + 1 < lines.length && markOf(lines[last + 1], marks) === mark && indentOf(lines[last + 1]) === indent)
    last++;
  const isDoc = mark !== marks.line && mark.startsWith('//');
  const texts = lines.slice(first, last + 1).map((line) => line.slice(indent.length + mark.length, MAX_LINE));
  return { firstLine: first, lastLine: last, indent, lines: texts, kind: 'line', isDoc };
}

/** The mark that a line begins with: `///` and `//!` are marks of their own, `####` is one of `#`. */
function markOf(line: string, marks: CommentMarks): string | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith(marks.line) || (marks.block && trimmed.startsWith(marks.block[0]))) return undefined;
  const doc = /^\/\/[/!](?!\/)/.exec(trimmed);
  return marks.line === '//' && doc ? doc[0] : marks.line;
}

function blockComment(lines: readonly string[], first: number, marks: CommentMarks): Comment | undefined {
  const [open, close] = marks.block ?? [];
  if (open === undefined || close === undefined || !lines[first].trimStart().startsWith(open)) return undefined;
  const indent = indentOf(lines[first]);
  const isDoc = /^\/\*[*!](?!\/)/.test(lines[first].trimStart());
  const last = lineWith(lines, first, close, indent.length + open.length);
  // Code after the comment: it explains that code.
  const after = last < lines.length ? lines[last].slice(lines[last].lastIndexOf(close) + close.length) : '';
  if (last >= lines.length || after.trim() !== '') return undefined;
  const texts = lines.slice(first, last + 1).map((line, i) => {
    const inside = (i === 0 ? line.slice(indent.length + open.length) : line).slice(0, MAX_LINE);
    const body = first + i === last ? inside.slice(0, inside.lastIndexOf(close)) : inside;
    return body.replace(/^\s*[*!]+(?!\/)\s?/, '').replace(/\*+$/, '');
  });
  return { firstLine: first, lastLine: last, indent, lines: texts, kind: 'block', isDoc };
}

/** A string that stands alone below a line that opens a body or, where bodies end by a word, above what it describes. */
function docstring(lines: readonly string[], first: number, marks: CommentMarks): Comment | undefined {
  const trimmed = lines[first].trim().replace(/^[rR](?=["'])/, '');
  const quote = marks.quotes.find((candidate) => trimmed.startsWith(candidate));
  if (quote === undefined) return undefined;
  const before = previousWritten(lines, first - 1);
  if (marks.body === 'indent' && !(before >= 0 && lines[before].trimEnd().endsWith(':'))) return undefined;
  const start = lines[first].indexOf(quote) + quote.length;
  const last = lineWith(lines, first, quote, start);
  if (last >= lines.length || !lines[last].trimEnd().endsWith(quote)) return undefined;
  const texts = lines.slice(first, last + 1).map((line, i) => {
    const inside = i === 0 ? line.slice(start) : line;
    return (first + i === last ? inside.slice(0, inside.lastIndexOf(quote)) : inside).slice(0, MAX_LINE);
  });
  return {
    firstLine: first,
    lastLine: last,
    indent: indentOf(lines[first]),
    lines: texts,
    kind: 'docstring',
    isDoc: true,
  };
}

/** The last line of what begins on a line of code: another one where a string or a comment stays open at its end. */
function endOfCode(lines: readonly string[], first: number, marks: CommentMarks): number {
  const code = lines[first].slice(0, MAX_LINE);
  for (const quote of marks.quotes) {
    const parts = code.split(quote);
    if (parts.length % 2 === 0) return lineWith(lines, first + 1, quote, 0);
  }
  const [open, close] = marks.block ?? [];
  if (open === undefined || close === undefined || !code.includes(open)) return first;
  const bare = code.replace(/"(?:\\.|[^"\\])*"?|`[^`]*`?|'(?:\\.|[^'\\])*'/g, '');
  const opened = bare.lastIndexOf(open);
  const isOpen =
    opened >= 0 && bare.indexOf(close, opened + open.length) < 0 && !bare.slice(0, opened).includes(marks.line);
  return isOpen ? lineWith(lines, first + 1, close, 0) : first;
}

/** The first line from `from` on that holds `text` (on the line `from` itself: after `start`); their number where none does. */
function lineWith(lines: readonly string[], from: number, text: string, start: number): number {
  for (let i = from; i < lines.length; i++) if (lines[i].indexOf(text, i === from ? start : 0) >= 0) return i;
  return lines.length;
}
