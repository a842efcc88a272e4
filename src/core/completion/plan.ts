/**
 * What is asked of the engine for one completion: from the text round the cursor, the place there and the steering in
 * force. Pure; it sees no document and no engine. An answer is asked as the figures were measured: the instruction as a
 * chat, opened neutrally; the middle of a file goes on as raw text.
 */
import { NEUTRAL_OPENING, askInPrompt } from '../language/openings.ts';
import { askFor, type LanguageId } from '../language/languages.ts';
import type { Place } from '../places/place.ts';
import type { ChosenSteering, SteeredPlace, Surface } from '../steering/choice.ts';
import { endOfBlock } from './blockEnd.ts';

/** The text round a cursor, and what was found there. Its lines end in `\n` alone, whatever the document's do. */
export interface CursorText {
  /** Everything before the cursor, or its end; likewise after it. */
  readonly before: string;
  readonly after: string;
  readonly place?: Place | undefined;
  /** Of the file, or of the fence that the cursor is in. */
  readonly language?: LanguageId | undefined;
}

/** What a plan has to know of the model. */
export interface PlannedModel {
  /** In tokens. */
  readonly context: number;
  /** True where it was trained to fill in between a prefix and a suffix. */
  readonly infill: boolean;
}

/** The options of the engine that a completion sets; the rest are fixed here. */
export interface PlannedOptions {
  readonly mode: 'chat' | 'raw' | 'auto';
  readonly prefill?: string;
  readonly suffix?: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly repeatPenalty: number;
  readonly stop: string[];
  readonly ignoreEos: boolean;
  readonly batch: number;
  readonly seed: number;
  readonly steer: { readonly name: string; readonly strength: number }[];
}

export interface CompletionPlan {
  readonly surface: Surface;
  readonly prompt: string;
  readonly options: PlannedOptions;
  /** The language that the prompt names in words, because no direction leads to it here. */
  readonly named?: LanguageId;
  /** What the cursor's line has to get before the first word: a line break where it is not blank, and indentation. */
  readonly lead: string;
  /** The space before the cursor, where it was left out of the prompt: the model writes it again. */
  readonly held: string;
  /** The indentation of the block that is written: a line that is indented less is outside of it. */
  readonly indent: string;
  /** True where the text begins a line of its own. */
  readonly isOwnLine: boolean;
  /** What ends it before its tokens do: the end of the line, of the block, or of the answer's fence. */
  readonly ends: 'line' | 'block' | 'fence';
}

/**
 * The most text before the cursor that a raw prompt holds. About 256 tokens: code of the kind that was tried takes a
 * token for every 2.5 to 3.9 characters (default model, TypeScript and Python).
 */
const PREFIX_CHARACTERS = 640;
/** Where a prompt is cut it is cut again only after so much more, so that the prompts of successive keystrokes share a beginning. */
const PREFIX_STEP = 160;
const SUFFIX_CHARACTERS = 240;
/** Code has more characters for each token than this, so that a prompt fits small contexts too. */
const LEAST_CHARACTERS_PER_TOKEN = 1.5;
/** What a chat template and the opening take, generously. */
export const TEMPLATE_TOKENS = 96;

/** As every figure of answers was measured; raw text repeats its own names and must be free to. */
const REPEAT_PENALTY: Readonly<Record<Surface, number>> = { answer: 1.1, raw: 1 };

/** The place as choosing its steering sees it. */
export function steeredPlace({ place, language }: CursorText): SteeredPlace {
  return {
    ...(language === undefined ? {} : { language }),
    surface: place?.surface ?? 'raw',
    canAnswer: place !== undefined && place.instruction !== '',
  };
}

/**
 * Undefined where there is nothing to ask: an empty file with no instruction, a context that is too small for it, or a word
 * on both sides of the cursor.
 */
export function planCompletion(
  cursor: CursorText,
  steering: ChosenSteering,
  model: PlannedModel,
  maxTokens: number,
): CompletionPlan | undefined {
  if (isInsideWord(cursor)) return undefined;
  const room = Math.floor((model.context - maxTokens - TEMPLATE_TOKENS) * LEAST_CHARACTERS_PER_TOKEN);
  const isAnswer = steering.surface === 'answer' && cursor.place !== undefined && cursor.place.instruction !== '';
  const plan = isAnswer ? planAnswer(cursor, cursor.place, steering, room) : planRaw(cursor, model, room);
  if (plan.prompt === '' || plan.prompt.length > room) return undefined;
  const { prefill, suffix, stop, mode, ...rest } = plan;
  return {
    ...rest,
    options: {
      mode,
      ...(prefill === undefined ? {} : { prefill }),
      ...(suffix === undefined ? {} : { suffix }),
      maxTokens,
      temperature: 0,
      topP: 1,
      topK: 0,
      repeatPenalty: REPEAT_PENALTY[plan.surface],
      stop: [...stop],
      ignoreEos: false,
      batch: 1,
      seed: 0,
      steer: steering.surface === plan.surface ? [...steering.steer] : [],
    },
  };
}

/** True where the text so far is all that is wanted, whatever more the engine would write. */
export function isComplete(plan: CompletionPlan, text: string): boolean {
  return plan.ends === 'block' && endOfBlock(text, plan) !== undefined;
}

type Draft = Omit<CompletionPlan, 'options'> & Pick<PlannedOptions, 'mode' | 'prefill' | 'suffix' | 'stop'>;

function planAnswer(cursor: CursorText, place: Place, { named }: ChosenSteering, room: number): Draft {
  return {
    surface: 'answer',
    mode: 'auto',
    prompt: named === undefined ? head(place.instruction, room) : inWords(place.instruction, named, room),
    ...(named === undefined ? {} : { named }),
    prefill: NEUTRAL_OPENING,
    stop: ['\n```\n'],
    lead: leadAt(cursor, place),
    held: '',
    indent: place.indent,
    isOwnLine: true,
    ends: 'fence',
  };
}

/** The instruction, cut where there is no room for it, with the request for the language behind it; '' where neither fits. */
function inWords(instruction: string, language: LanguageId, room: number): string {
  const request = askFor(language);
  const kept = head(instruction, room - request.length - 1);
  return kept === '' ? '' : askInPrompt(kept, request);
}

function planRaw(cursor: CursorText, model: PlannedModel, room: number): Draft {
  const { before, after, place } = cursor;
  const lead = place ? leadAt(cursor, place) : '';
  const isOwnLine = lead.startsWith('\n') || currentLine(before).trim() === '';
  const text = before + lead;
  // The token of a word has the one space before it, and the token before has the rest of the white space: a prompt that
  // ends with that space ends inside of a token. With it, or with the whole indentation held back, bodies went wrong.
  const held = text.endsWith(' ') ? ' ' : '';
  const kept = text.slice(0, text.length - held.length);
  const suffix = model.infill ? head(after, Math.min(SUFFIX_CHARACTERS, room / 4)) : '';
  const prompt = tail(kept, Math.min(PREFIX_CHARACTERS, Math.max(0, room - suffix.length)));
  const ends = restOfLine(after).trim() === '' ? 'block' : 'line';
  return {
    surface: 'raw',
    mode: 'raw',
    prompt: prompt.trim() === '' ? '' : prompt,
    ...(suffix.trim() === '' ? {} : { suffix }),
    stop: ends === 'line' ? ['\n'] : ['\n```'],
    lead,
    held,
    indent: indentOf(currentLine(text)),
    isOwnLine,
    ends,
  };
}

/**
 * The end of a text, of at most so many characters, in whole lines where lines are of ordinary length. Where it begins
 * moves in steps.
 */
function tail(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const step = Math.max(1, Math.min(PREFIX_STEP, Math.floor(characters / 4)));
  const cut = Math.ceil((text.length - characters) / step) * step;
  const line = text.indexOf('\n', cut - 1) + 1;
  if (line > 0 && line - cut <= step && line < text.length) return text.slice(line);
  return text.slice(cut).replace(/^[\uDC00-\uDFFF]/, '');
}

/** The beginning of a text, of at most so many characters, none of them halved. */
function head(text: string, characters: number): string {
  return text.slice(0, Math.max(0, characters)).replace(/[\uD800-\uDBFF]$/, '');
}

/** What must be inserted before the first word of an answer at this cursor. */
function leadAt({ before }: CursorText, place: Place): string {
  const line = currentLine(before);
  if (line.trim() !== '') return `${place.form === 'fenced' ? '\n\n' : '\n'}${place.indent}`;
  return place.indent.startsWith(line) ? place.indent.slice(line.length) : '';
}

export function currentLine(before: string): string {
  return before.slice(before.lastIndexOf('\n') + 1);
}

/** Whatever was put there would tear the word in two. */
function isInsideWord({ before, after }: CursorText): boolean {
  return /[\p{L}\p{N}_]$/u.test(before) && /^[\p{L}\p{N}_]/u.test(after);
}

export function restOfLine(after: string): string {
  return /^[^\r\n]*/.exec(after)?.[0] ?? '';
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
