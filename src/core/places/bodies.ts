/**
 * Bodies of functions, classes and loops that hold nothing yet: told by braces, by indentation or by the word `end`.
 * It knows no language beyond that.
 */
import type { CommentMarks } from './commentMarks.ts';
import { indentOf, isBlank, nextWritten, previousWritten } from './lines.ts';

/** A text as far as its bodies are concerned; made once for all of its places. */
export interface SourceLines {
  readonly lines: readonly string[];
  readonly marks: CommentMarks;
  /** One step of indentation, as this text has it. */
  readonly unit: string;
}

/** The lines strictly between the one that opens a body and the one that ends it, or the end of the text. */
export interface EmptyBody {
  readonly openLine: number;
  /** The line that closes the body or is the first one outside of it; the number of lines where there is none. */
  readonly endLine: number;
  /** What its lines are indented by. */
  readonly indent: string;
}

/** A signature may go over so many lines. */
const MAX_SIGNATURE_LINES = 12;
/** What stands in a body that is still to be written. */
const PLACEHOLDER = /^(?:pass|\.\.\.)$/;

/** The empty body that the code on line `first` opens, where it opens one. */
export function emptyBodyFrom(source: SourceLines, first: number): EmptyBody | undefined {
  const { lines, unit } = source;
  if (first >= lines.length) return undefined;
  const openLine = openingLine(source, first);
  if (openLine === undefined) return undefined;
  const inside = nextWritten(lines, openLine + 1);
  const outer = indentOf(lines[first]);
  if (!endsBody(source, inside, outer)) return undefined;
  const written = openLine + 1 < inside ? lines[openLine + 1] : '';
  const indent = written.length > outer.length ? written : outer + (outer.startsWith('\t') ? '\t' : unit);
  return { openLine, endLine: inside, indent };
}

/**
 * Whether nothing more of a body comes after `line`: the text ends there, or its end follows.
 * @param line the nearest line that is not blank
 * @param indent of the line that opened the body, or of the body's own lines
 */
export function endsBody(source: SourceLines, line: number, indent: string): boolean {
  const { lines, marks } = source;
  if (line >= lines.length) return true;
  const text = lines[line].trim();
  if (marks.body === 'brace') return /^[}\])]/.test(text);
  if (marks.body === 'end') return /^(?:end|else|elseif|elsif|catch|finally)\b/.test(text);
  if (PLACEHOLDER.test(text)) return endsBody(source, nextWritten(lines, line + 1), indent);
  return indentOf(lines[line]).length <= indent.length;
}

/** Whether the nearest line above `line` that is not blank opens a body. */
export function opensBodyAbove({ lines, marks }: SourceLines, line: number): boolean {
  const above = previousWritten(lines, line - 1);
  if (above < 0) return false;
  const text = lines[above].trimEnd();
  if (marks.body === 'brace') return text.endsWith('{');
  if (marks.body === 'indent') return text.endsWith(':');
  return indentOf(lines[line]).length > indentOf(text).length;
}

function openingLine({ lines, marks }: SourceLines, first: number): number | undefined {
  if (marks.body === 'end')
    return /^\s*(?:(?:async|local|private|public)\s+)*(?:function|macro|def|class|module|struct|for|while)\b/.test(
      lines[first],
    )
      ? first
      : undefined;
  const opener = marks.body === 'brace' ? '{' : ':';
  for (let i = first; i < Math.min(lines.length, first + MAX_SIGNATURE_LINES) && !isBlank(lines[i]); i++) {
    const text = lines[i].trimEnd();
    // `case x:` and `{ a: 1 }` open nothing; a statement that has ended opens nothing either.
    if (text.endsWith(opener))
      return marks.body === 'brace' ||
        /^\s*(?:async\s+)?(?:def|class|for|while|if|else|elif|with|try|match)\b|^\s*\)/.test(text)
        ? i
        : undefined;
    if (/[;}]$/.test(text)) return undefined;
  }
  return undefined;
}

/** One step of indentation as this text has it: what its first indented line begins with; four spaces in a flat text. */
export function indentUnit(lines: readonly string[]): string {
  const first = lines.find((line) => /^(?:\t| {2,8})\S/.test(line) && !/^\s+\*/.test(line));
  return first === undefined ? '    ' : indentOf(first).startsWith('\t') ? '\t' : indentOf(first);
}
