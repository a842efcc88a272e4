/**
 * Takes the code out of a chat answer: the body of its first fenced block, without the fence and its tag, because a
 * judge that sees the tag judges the tag. It reads Markdown as models write it (unclosed blocks, a tag on a line of its
 * own, a fence opened twice) and must not look at what the code says.
 */
import { languageNamed } from './languages.ts';
import { unfencedCode } from './unfencedCode.ts';

export interface CodeBody {
  /** The body without its fences and without trailing blank lines; null where the answer contains no code. */
  readonly code: string | null;
  /** The tag as written, null where the fence is bare or where there is none. */
  readonly fenceTag: string | null;
  /** Whether the block was closed: an answer cut at its token limit is not. */
  readonly closed: boolean;
  /** Where the body begins in the answer, in UTF-16 units; -1 where there is no code. */
  readonly start: number;
}

const NO_CODE: CodeBody = { code: null, fenceTag: null, closed: false, start: -1 };

const FENCE_LINE = /^([ \t]*)(`{3,}|~{3,})(.*)$/;
/** A tag is one word that names something: `python`, `c++`, `objective-c`, `{.rust}`. */
const TAG_WORD = /^\{?\.?([A-Za-z][\w+#.-]{0,24})\}?$/;

interface Line {
  readonly text: string;
  readonly start: number;
}

/**
 * The body of the first code block of `answer`.
 * A block that stays blank is passed over. An answer without any fence is code where its lines look like code.
 */
export function extractCode(answer: string): CodeBody {
  const lines = splitLines(answer);
  let fenced = false;
  for (let i = 0; i < lines.length; i++) {
    const fence = FENCE_LINE.exec(lines[i]?.text ?? '');
    if (fence === null) continue;
    fenced = true;
    const block = readBlock(lines, i, fence);
    if (block.body.code !== null) return block.body;
    i = block.last;
  }
  const code = fenced ? null : unfencedCode(answer);
  return code === null ? NO_CODE : { code, fenceTag: null, closed: false, start: answer.indexOf(code.slice(0, 1)) };
}

/** Reads the block that line `open` opens. `last` is the line to go on after: the closing fence, or one before a fence that opens anew. */
function readBlock(lines: readonly Line[], open: number, fence: RegExpExecArray): { body: CodeBody; last: number } {
  const [whole, indent = '', marker = '', info = ''] = fence;
  const { tag, rest } = readInfo(info);
  const body: Line[] = [];
  if (rest !== '') body.push({ text: rest, start: (lines[open]?.start ?? 0) + whole.length - rest.length });

  let fenceTag = tag;
  let closed = false;
  let last = lines.length;
  for (let i = open + 1; i < lines.length; i++) {
    const line = lines[i];
    if (line === undefined) break;
    const other = FENCE_LINE.exec(line.text);
    const blank = body.every(({ text }) => text.trim() === '');
    if (other !== null && (other[2] ?? '').startsWith(marker)) {
      if ((other[3] ?? '').trim() === '') {
        closed = true;
        last = i;
        break;
      }
      if (blank) return { body: NO_CODE, last: i - 1 };
    }
    if (blank && fenceTag === null && isTagLine(line.text)) fenceTag = line.text.trim();
    else body.push({ text: dropIndent(line.text, indent), start: line.start });
  }

  const first = body.findIndex(({ text }) => text.trim() !== '');
  if (first < 0) return { body: NO_CODE, last };
  const code = body
    .slice(first)
    .map(({ text }) => text)
    .join('\n');
  return { body: { code: code.trimEnd(), fenceTag, closed, start: body[first]?.start ?? -1 }, last };
}

/** Splits what follows the fence marker into the tag and, where a model began to write at once, the first code. */
function readInfo(info: string): { tag: string | null; rest: string } {
  const [word = ''] = info.trim().split(/\s+/, 1);
  if (word === '') return { tag: null, rest: '' };
  const tag = TAG_WORD.exec(word)?.[1];
  const alone = word === info.trim();
  // "python title=x" carries attributes; "import os" and "#include <x>" are no tags: the model wrote on past the fence.
  if (tag !== undefined && (alone || languageNamed(tag) !== undefined)) return { tag, rest: '' };
  return { tag: null, rest: info.trimStart() };
}

/** True for a line that holds a language's name and nothing else. */
function isTagLine(text: string): boolean {
  const tag = TAG_WORD.exec(text.trim())?.[1];
  return tag !== undefined && languageNamed(tag) !== undefined;
}

function dropIndent(text: string, indent: string): string {
  return indent !== '' && text.startsWith(indent) ? text.slice(indent.length) : text;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    lines.push({ text: line.endsWith('\r') ? line.slice(0, -1) : line, start });
    start += line.length + 1;
  }
  return lines;
}
