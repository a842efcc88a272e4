/**
 * The places of a source file: its top, and the comments after which code is still to come. A comment that explains code
 * which is there already is none.
 */
import type { LanguageId } from '../language/languages.ts';
import { emptyBodyFrom, endsBody, indentUnit, opensBodyAbove, type SourceLines } from './bodies.ts';
import type { CommentMarks } from './commentMarks.ts';
import { findComments, type Comment } from './comments.ts';
import { readInstruction, type Instruction } from './instruction.ts';
import { indentOf, isBlank, nextWritten, previousWritten } from './lines.ts';
import type { FoundPlace, PlaceKind } from './place.ts';

/** Below a longer comment one does not look for what it asks. */
const MAX_COMMENT_LINES = 60;

export function codePlaces(
  lines: readonly string[],
  marks: CommentMarks,
  language: LanguageId | undefined,
): FoundPlace[] {
  const ofLanguage = language === undefined ? {} : { language };
  const source: SourceLines = { lines, marks, unit: indentUnit(lines) };
  const places: FoundPlace[] = [
    { kind: 'file', lensLine: 0, instruction: '', surface: 'raw', indent: '', form: 'code', ...ofLanguage },
  ];
  for (const comment of findComments(lines, marks)) {
    const instruction = readInstruction(comment.lines.slice(0, MAX_COMMENT_LINES));
    const place = instruction && placeOf(source, comment, instruction);
    if (place) places.push({ ...place, ...ofLanguage });
  }
  return places;
}

function placeOf(source: SourceLines, comment: Comment, instruction: Instruction): FoundPlace | undefined {
  const { lines, marks, unit } = source;
  const kind: PlaceKind = comment.isDoc ? 'docComment' : 'comment';
  const next = nextWritten(lines, comment.lastLine + 1);
  const base = { kind, lensLine: comment.firstLine, instruction: instruction.text, form: 'code' as const };
  if (comment.kind === 'docstring' && marks.body === 'indent') {
    const signature = previousWritten(lines, comment.firstLine - 1);
    const outer = comment.indent.slice(0, Math.max(0, comment.indent.length - unit.length));
    if (!endsBody(source, next, outer)) return undefined;
    return {
      ...base,
      lensLine: signature,
      surface: 'raw',
      ...emptyAfter(lines, comment.lastLine, next, comment.indent),
    };
  }
  if (next === comment.lastLine + 1) {
    const body = emptyBodyFrom(source, next);
    if (body) return { ...base, surface: 'raw', ...emptyAfter(lines, body.openLine, body.endLine, body.indent) };
  }
  if (!hasRoomBelow(source, comment, next, instruction)) return undefined;
  return { ...base, surface: 'answer', ...emptyAfter(lines, comment.lastLine, next, comment.indent) };
}

/** Whether nothing that the comment could explain stands below it, and it asks for something to stand there. */
function hasRoomBelow(source: SourceLines, comment: Comment, next: number, instruction: Instruction): boolean {
  const { lines, marks } = source;
  if (next >= lines.length) return true;
  const isLastInBody =
    marks.body === 'indent'
      ? indentOf(lines[next]).length < comment.indent.length
      : endsBody(source, next, comment.indent);
  if (isLastInBody && (instruction.isRequest || opensBodyAbove(source, comment.firstLine))) return true;
  // Something follows after a gap. What heads a file of code describes the file.
  const above = previousWritten(lines, comment.firstLine - 1);
  const isHeader = above < 0 || (above === 0 && lines[0].startsWith('#!'));
  const isDescription = isHeader && !lines[next].trimStart().startsWith(marks.line);
  if (isDescription && !/^\s*TODO/.test(comment.lines[0])) return false;
  // Two blank lines are a hole that somebody left; one may only be a paragraph's end.
  const gap = next - comment.lastLine - 1;
  return gap >= 2 || (gap === 1 && instruction.isRequest);
}

/** The room between two written lines; the end of the upper one where they touch. */
function emptyAfter(
  lines: readonly string[],
  above: number,
  below: number,
  indent: string,
): Pick<FoundPlace, 'answerAt' | 'empty' | 'indent'> {
  const end = { line: above, character: lines[above].trimEnd().length };
  const blank = above + 1;
  const answerAt = blank < below && isBlank(lines[blank]) ? { line: blank, character: lines[blank].length } : end;
  return { answerAt, empty: { from: end, lastLine: Math.max(above, below - 1) }, indent };
}
