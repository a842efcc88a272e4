/**
 * Which words of a comment or a heading ask for code. Told by their form: what licences, linters and commented-out code
 * look like, what a TODO is, and which verbs begin a request. It sees words only, and no place.
 */

export interface Instruction {
  /** Comment marks, `TODO` and the tags of doc comments taken off; the lines of a paragraph joined. */
  readonly text: string;
  /** Words that ask by themselves: a TODO, or a verb that tells somebody to do something. */
  readonly isRequest: boolean;
}

/** A model of this kind makes nothing of more, and a prompt must stay short. */
const MAX_CHARACTERS = 1000;

const TODO = /^(?:TODO|FIXME|XXX|HACK|IMPLEMENT)\b(?:\([^)]{0,60}\))?[\s:!-]*/;
const NOT_FOR_MODELS =
  /copyright|licen[cs]e|SPDX-|all rights reserved|^!|-\*-|\bvim?:|eslint|prettier|tslint|biome-|@ts-|noqa|pylint|pragma|mypy:|type: ?ignore|clang-format|rustfmt|NOLINT|nolint|^(?:#?region|#?endregion)\b|^(?:go:|\+build|@generated)|auto-?generated|https?:\/\/\S+$/i;
/** Where the tags of a doc comment begin; what follows describes parameters and is not needed. */
const TAGS =
  /^(?:[@\\][a-z]+\b|:(?:param|type|return|raises)|(?:args|arguments|parameters|params|returns?|raises|yields|examples?|notes?)\s*:?\s*$)/i;

const VERBS = new Set(
  `add append build calculate call check combine compare compute convert copy count create decode define delete display
  draw encode ensure extract fetch fill filter find flatten format generate get given group handle implement initialise
  initialize insert iterate join list load loop make map merge multiply normalise normalize open parse plot populate
  print process produce query read reduce remove render replace return reverse rotate save scan search select send set
  shift show shuffle simulate solve sort split store subtract sum swap test transform translate traverse trim turn update
  use validate verify wait walk wrap write`.split(/\s+/),
);
/** "A function that ..." asks as "Write a function that ..." does. */
const ASKED_THING =
  /^(?:an? |the )?(?:\w+ )?(?:function|program|class|script|method|routine|struct|loop|test|unit test)s? (?:that|which|to|for|of|with)\b/i;

/** The instruction in some lines whose comment marks are gone already; undefined where they ask for nothing. */
export function readInstruction(lines: readonly string[]): Instruction | undefined {
  const kept = untilTags(lines.map((line) => line.trim()));
  const joined = joinParagraphs(kept).slice(0, MAX_CHARACTERS).trim();
  if (NOT_FOR_MODELS.test(joined)) return undefined;
  const words = joined.replace(/^(?:[-*+•]|\d+[.)])\s+/, '');
  const text = words.replace(TODO, '').trim();
  if (!hasWords(text) || looksLikeCode(text)) return undefined;
  return { text, isRequest: TODO.test(words) || asks(text) };
}

function untilTags(lines: readonly string[]): readonly string[] {
  const tags = lines.findIndex((line) => TAGS.test(line));
  return tags < 0 ? lines : lines.slice(0, tags);
}

/** Lines of one paragraph in one line; list items and paragraphs keep theirs. */
function joinParagraphs(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const isNew = line === '' || /^(?:[-*+•]|\d+[.)])\s/.test(line) || text === '' || text.endsWith('\n');
    text += isNew ? `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}` : ` ${line}`;
    if (line === '' && text !== '' && !text.endsWith('\n')) text += '\n';
  }
  return text.replace(/\n{2,}/g, '\n');
}

/** Two words, or as much in a script that puts no spaces between them. */
function hasWords(text: string): boolean {
  const words = text.match(/\p{L}[\p{L}\p{M}\p{N}'’_-]*/gu) ?? [];
  return words.length >= 2 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{4}/u.test(text);
}

function looksLikeCode(text: string): boolean {
  if (/[;{}]$/.test(text) || /^[\w.:]+\([^)]*\)$/.test(text)) return true;
  if (/^(?:import|from|const|let|var|using|#include|return|def|fn|func|public|private)\s.*[=("<;]/.test(text))
    return true;
  const marks = text.match(/[^\p{L}\p{M}\p{N}\s.,'’"`?!:-]/gu)?.length ?? 0;
  return marks > 0.15 * text.length;
}

function asks(text: string): boolean {
  const [first = ''] = text.toLowerCase().split(/[^\p{L}]+/u, 1);
  return VERBS.has(first) || VERBS.has(first.replace(/s$/, '')) || ASKED_THING.test(text) || text.endsWith('?');
}
