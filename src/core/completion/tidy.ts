/**
 * From what the engine wrote to what is offered at the cursor: the fence off, indentation on, and nothing that is there
 * already. It closes and invents nothing. A language other than the file's is not hidden: the tag says which it is.
 */
import { extractCode } from '../language/codeBody.ts';
import type { Place } from '../places/place.ts';
import { endOfBlock } from './blockEnd.ts';
import { bracketsOf } from './brackets.ts';
import { currentLine, restOfLine, type CompletionPlan, type CursorText } from './plan.ts';

export interface Suggestion {
  /** To be inserted at the cursor. */
  readonly text: string;
  /** The tag that the model put on its fence; absent where it wrote none. */
  readonly fenceTag?: string;
}

/** Lines that occur this often in a row are a model that has lost its thread. */
const MOST_REPEATS = 3;
/** A round of more lines than this is not looked for: an answer is not long enough to repeat it. */
const MOST_LINES_OF_ROUND = 8;
/** A line of fewer letters and digits may well stand twice. */
const TELLING_CHARACTERS = 6;
/** So many lines that are alike are a repetition, whatever comes after them. */
const LEAST_REPEATED_LINES = 2;
/** So much of what follows is compared. */
const MOST_COMPARED_CHARACTERS = 4000;

/**
 * @param text as the engine wrote it; of an answer with its prefill
 * @returns undefined where nothing is left to offer
 */
export function tidySuggestion(text: string, plan: CompletionPlan, cursor: CursorText): Suggestion | undefined {
  const written = text.replace(/\r\n?/g, '\n');
  const made = plan.surface === 'answer' ? fromAnswer(written, plan, cursor) : { text: fromRaw(written, plan, cursor) };
  const trimmed = made.text.trimEnd();
  return trimmed.trim() === '' ? undefined : { ...made, text: trimmed };
}

function fromAnswer(text: string, { lead }: CompletionPlan, cursor: CursorText): Suggestion {
  const { place, before } = cursor;
  const { code, fenceTag } = extractCode(text);
  const tagged = fenceTag === null ? {} : { fenceTag };
  if (code === null) return { text: '', ...tagged };
  const indent = place?.indent ?? '';
  const lines = withoutInstruction(dedented(code), place);
  const body = withoutLoops(lines.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n'));
  if (body.trim() === '') return { text: '', ...tagged };
  if (place?.form !== 'fenced') return { text: withoutFollowing(lead + body, cursor), ...tagged };
  // The opening fence is ours, so the closing one is too.
  const gap = currentLine(before).trim() === '' ? '' : lead;
  return { text: `${gap}\`\`\`${fenceTag ?? ''}\n${body}\n\`\`\``, ...tagged };
}

function fromRaw(text: string, plan: CompletionPlan, cursor: CursorText): string {
  const fence = text.search(/^[ \t]*(?:```|~~~)/m);
  const open = fence < 0 ? text : text.slice(0, fence);
  const end = plan.ends === 'block' ? endOfBlock(open, plan) : undefined;
  const block = end === undefined ? open : open.slice(0, end);
  const placed = plan.isOwnLine ? onOwnLine(block, plan) : dropHeld(withoutTyped(block, cursor), plan.held);
  return withoutFollowing(withoutLoops(placed), cursor);
}

/** What was written after the indentation of a line, or on a line below it. */
function onOwnLine(block: string, { indent, lead, held }: CompletionPlan): string {
  const blank = /^(?:[ \t]*\n)+/.exec(block)?.[0] ?? '';
  const written = block.slice(blank.length);
  // A bracket that closes what the line is inside of belongs below it, if it is missing at all.
  if (indent !== '' && /^\s*[}\])]/.test(written)) return '';
  if (blank === '') return lead + dropHeld(written, held);
  // A line further down brings along the indentation that this one has already.
  return lead + (written.startsWith(indent) ? written.slice(indent.length) : written.trimStart());
}

/** The space that was held back is on the line already, or comes with the lead. */
function dropHeld(text: string, held: string): string {
  return text.startsWith(held) ? text.slice(held.length) : text.replace(/^[ \t]+/, '');
}

/** Some models begin with the line under way. */
function withoutTyped(text: string, { before }: CursorText): string {
  const typed = currentLine(before).trim();
  const start = text.trimStart();
  return typed.length >= TELLING_CHARACTERS && start.startsWith(typed) ? start.slice(typed.length) : text;
}

function dedented(code: string): string[] {
  const lines = code.split('\n').map((line) => line.trimEnd());
  const widths = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const least = widths.reduce((a, b) => Math.min(a, b), Infinity);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0));
}

/** The comment that asks stands above the answer already. */
function withoutInstruction(lines: readonly string[], place: Place | undefined): readonly string[] {
  const words = wordsOf(place?.instruction ?? '');
  const isSaid = words !== '' && /^\s*(?:\/\/|#|\/\*|--|""")/.test(lines[0]) && wordsOf(lines[0]) === words;
  if (!isSaid) return lines;
  const first = lines.findIndex((line, i) => i > 0 && line !== '');
  return first < 0 ? [] : lines.slice(first);
}

function wordsOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
}

function isTelling(line: string): boolean {
  return (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= TELLING_CHARACTERS;
}

/** What goes round in circles, of one line or of several, ends after its first round. */
function withoutLoops(text: string): string {
  const lines = text.split('\n');
  for (let period = 1; period <= MOST_LINES_OF_ROUND; period++) {
    let same = 0;
    for (let i = period; i < lines.length; i++) {
      same = lines[i] === lines[i - period] ? same + 1 : 0;
      if (same < period * (MOST_REPEATS - 1)) continue;
      const roundEnd = i - same + 1;
      if (wordsOf(lines.slice(roundEnd - period, roundEnd).join(' ')) !== '')
        return lines.slice(0, roundEnd).join('\n');
    }
  }
  return text;
}

/** Without the end that repeats what follows the cursor: the rest of its line, and the lines below. */
function withoutFollowing(text: string, cursor: CursorText): string {
  const rest = restOfLine(cursor.after).trim();
  const beforeRest = rest === '' ? text : withoutRest(text.split('\n', 1)[0].trimEnd(), rest);
  return withoutLinesBelow(beforeRest, cursor, rest);
}

/** One line without the rest of the cursor's line, wherever it has it, and without the brackets that the rest begins with. */
function withoutRest(line: string, rest: string): string {
  const at = rest.length >= TELLING_CHARACTERS ? line.indexOf(rest) : -1;
  if (at >= 0) return line.slice(0, at);
  if (/^[)\]}]/.test(rest)) {
    const { unopened } = bracketsOf(line);
    return unopened !== undefined && line[unopened] === rest[0] ? line.slice(0, unopened) : line;
  }
  const closing = /^[^\p{L}\p{N}\s]+/u.exec(rest)?.[0] ?? '';
  const overlaps = [rest, ...Array.from(closing, (_, i) => closing.slice(0, closing.length - i))];
  const overlap = overlaps.find((end) => line.endsWith(end)) ?? '';
  return line.slice(0, line.length - overlap.length);
}

function withoutLinesBelow(text: string, cursor: CursorText, rest: string): string {
  const below = cursor.after.slice(0, MOST_COMPARED_CHARACTERS).split('\n').slice(1);
  const following = below.map((line) => line.trimEnd()).filter((line) => line !== '');
  const typed = currentLine(cursor.before);
  const isLineTyped = `${typed}${rest}`.trim() !== '';
  const lines = text.trimEnd().split('\n');
  const full = lines.map((line, i) => (i === 0 ? typed + line + rest : line).trimEnd());
  const cut = full.findIndex((line, i) => {
    if (i === 0 && isLineTyped && !isTelling(line)) return false;
    return repeats(full, i, following) && !closesOwn(lines, i);
  });
  if (cut <= 0) return cut < 0 ? text : '';
  // What is left may repeat the same line once more.
  return withoutLinesBelow(lines.slice(0, cut).join('\n'), cursor, rest);
}

/** Whether the lines from `first` only close brackets that the lines before them open: then they are no repetition. */
function closesOwn(lines: readonly string[], first: number): boolean {
  return wordsOf(lines.slice(first).join(' ')) === '' && bracketsOf(lines.slice(0, first).join('\n')).isLeftOpen;
}

/**
 * Whether `lines` from `first` on goes over into what follows: to its end (the last line may be cut short), or for long
 * enough to be no coincidence. A `main` that begins as the one below does is another one.
 */
function repeats(lines: readonly string[], first: number, following: readonly string[]): boolean {
  if (lines[first] === '') return false;
  let alike = 0;
  for (let i = first; i < lines.length && alike < LEAST_REPEATED_LINES; i++) {
    const line = lines[i];
    if (line === '') continue;
    if (line !== following[alike]) {
      const mayBeCut = i === lines.length - 1 && (alike > 0 || isTelling(line));
      return mayBeCut && following[alike]?.startsWith(line) === true;
    }
    alike++;
  }
  return true;
}
