/**
 * The places of a Markdown text: fences with nothing in them, headings with nothing below them, and the fences
 * themselves, for whoever asks what language some line of it is in. It reads CommonMark's fences and ATX headings.
 */
import { languageNamed, type LanguageId } from '../language/languages.ts';
import { commentMarks } from './commentMarks.ts';
import { findComments } from './comments.ts';
import { readInstruction } from './instruction.ts';
import { isBlank, nextWritten, previousWritten } from './lines.ts';
import type { FoundPlace } from './place.ts';

export interface Fence {
  readonly openLine: number;
  /** The closing line; the number of lines where it is never closed. */
  readonly closeLine: number;
  readonly indent: string;
  /** As written, '' for a bare fence. */
  readonly tag: string;
  readonly language?: LanguageId;
}

const OPEN = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`\n]*)$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/;
/** A paragraph above a fence is followed upwards for so many lines. */
const MAX_PARAGRAPH_LINES = 12;
const MAX_LINE = 2000;

/** Every fenced block, from the top; one that is never closed goes to the end of the text. */
export function findFences(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent = '', marker = '', info = ''] = (lines[i].length <= MAX_LINE && OPEN.exec(lines[i])) || [];
    if (marker === '') continue;
    let close = i + 1;
    while (close < lines.length && !closes(lines[close], marker)) close++;
    const tag = /^\{?\.?([^\s{},]*)/.exec(info.trim())?.[1] ?? '';
    const language = languageNamed(tag)?.id;
    fences.push({ openLine: i, closeLine: close, indent, tag, ...(language ? { language } : {}) });
    i = close;
  }
  return fences;
}

export function markdownPlaces(lines: readonly string[]): FoundPlace[] {
  const fences = findFences(lines);
  const places = fences.flatMap((fence) => fencePlace(lines, fence) ?? []);
  return [...places, ...headingPlaces(lines, fences)].sort((a, b) => a.lensLine - b.lensLine);
}

/** A fence is a place where it holds nothing but, perhaps, a comment that asks. */
function fencePlace(lines: readonly string[], fence: Fence): FoundPlace | undefined {
  const { openLine, closeLine, indent, tag, language } = fence;
  // A fence of shell commands or of data asks for no program.
  if (tag !== '' && language === undefined) return undefined;
  const first = nextWritten(lines, openLine + 1);
  const isEmpty = first >= closeLine;
  const inside = isEmpty ? undefined : askingComment(lines.slice(openLine + 1, closeLine), language);
  if (!isEmpty && inside === undefined) return undefined;
  const instruction = inside?.text ?? textAbove(lines, openLine);
  if (instruction === undefined) return undefined;
  const above = inside ? openLine + 1 + inside.lastLine : openLine;
  const from = { line: above, character: lines[above].trimEnd().length };
  const blank = above + 1;
  return {
    kind: 'fence',
    lensLine: openLine,
    answerAt: blank < closeLine && blank < lines.length ? { line: blank, character: lines[blank].length } : from,
    empty: { from, lastLine: Math.max(above, Math.min(closeLine, lines.length) - 1) },
    instruction,
    surface: 'answer',
    indent,
    form: 'code',
    ...(language ? { language } : {}),
  };
}

/** The comment that is all there is in some lines, and asks. */
function askingComment(
  body: readonly string[],
  language: LanguageId | undefined,
): { text: string; lastLine: number } | undefined {
  const marks = commentMarks(language ?? (body.some((line) => line.trim().startsWith('#')) ? 'python' : 'cpp'));
  const [comment, ...others] = marks ? findComments(body, marks) : [];
  if (comment === undefined || others.length > 0) return undefined;
  const isAlone = body.every((line, i) => isBlank(line) || (i >= comment.firstLine && i <= comment.lastLine));
  const text = isAlone ? readInstruction(comment.lines)?.text : undefined;
  return text === undefined ? undefined : { text, lastLine: comment.lastLine };
}

/** The paragraph or heading that introduces a fence. A short one ("Example:") is read together with what is above it. */
function textAbove(lines: readonly string[], fenceLine: number): string | undefined {
  const paragraph: string[] = [];
  let i = previousWritten(lines, fenceLine - 1);
  for (; i >= 0 && paragraph.length < MAX_PARAGRAPH_LINES && isProse(lines[i]); i--) paragraph.unshift(lines[i]);
  const above = previousWritten(lines, i);
  const heading = above < 0 ? undefined : HEADING.exec(lines[above].slice(0, MAX_LINE))?.[2];
  return (
    readInstruction(paragraph)?.text ??
    readInstruction([...(heading === undefined ? [] : [heading]), ...paragraph])?.text
  );
}

function isProse(line: string): boolean {
  return line.length <= MAX_LINE && !isBlank(line) && !HEADING.test(line) && !OPEN.test(line);
}

/** Headings below which nothing stands until the next one that is not below them. */
function headingPlaces(lines: readonly string[], fences: readonly Fence[]): FoundPlace[] {
  const places: FoundPlace[] = [];
  let fence = 0;
  for (let i = afterFrontMatter(lines); i < lines.length; i++) {
    if (i === fences[fence]?.openLine) {
      i = fences[fence++].closeLine;
      continue;
    }
    const [, marks, title = ''] = (lines[i].length <= MAX_LINE && HEADING.exec(lines[i])) || [];
    if (marks === undefined) continue;
    const next = nextWritten(lines, i + 1);
    const below = next < lines.length ? HEADING.exec(lines[next].slice(0, MAX_LINE))?.[1] : marks;
    if (below === undefined || below.length > marks.length) continue;
    const instruction = readInstruction([title.trimEnd().replace(/\s#+$/, '')])?.text;
    if (instruction === undefined) continue;
    const from = { line: i, character: lines[i].trimEnd().length };
    // One blank line stays between the heading and the answer, where there are two.
    const blank = Math.min(i + 2, next - 1);
    places.push({
      kind: 'heading',
      lensLine: i,
      answerAt: blank > i ? { line: blank, character: lines[blank].length } : from,
      empty: { from, lastLine: Math.max(i, next - 1) },
      instruction,
      surface: 'answer',
      indent: '',
      form: 'fenced',
    });
  }
  return places;
}

function closes(line: string, marker: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(marker) && /^(?:`+|~+)$/.test(trimmed);
}

/** The first line after YAML front matter; 0 where there is none. */
function afterFrontMatter(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === '---');
  return end < 0 ? 0 : end + 1;
}

/** The fence that line `line` is inside of, where it is in one. */
export function fenceAround(lines: readonly string[], line: number): Fence | undefined {
  return findFences(lines).find(({ openLine, closeLine }) => openLine < line && line < closeLine);
}
