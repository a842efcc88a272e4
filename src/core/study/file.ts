/**
 * The file of a study: which methods, languages, styles, openings, strengths and seeds are tried on how many prompts.
 * Read strictly, so that a misspelt field is refused before hours of work and never quietly without effect. Pure.
 */
import * as v from 'valibot';
import { NAME_PATTERN } from '../artefact/manifest.ts';
import { UsageError } from '../errors.ts';
import { LANGUAGE_IDS } from '../language/languages.ts';
import type { LanguageId } from '../language/languages.ts';
import { studyTasks } from '../language/prompts/studyTasks.ts';
import { PROMPT_STYLES } from '../language/prompts/styles.ts';
import type { PromptStyle } from '../language/prompts/styles.ts';
import { METHODS } from '../methods/registry.ts';

/** How the answer begins: with a bare fence, or as the model likes. */
export const OPENINGS = ['neutral', 'none'] as const;
export type Opening = (typeof OPENINGS)[number];

/** What is no method of the registry: the model as it is, and the language asked for in words. */
export const UNSTEERED = 'none';
export const ASKED = 'prompt';
/** Before the id of a method: the language is asked for in words, and steered to as well. */
const ASKED_TOO = `${ASKED}+`;

export interface StudyPart {
  readonly methods: readonly string[];
  readonly targets: readonly LanguageId[];
  readonly styles: readonly PromptStyle[];
  readonly openings: readonly Opening[];
  /** Multiples of the strength that an artefact was fitted with. */
  readonly strengths: readonly number[];
  /** Seeds of the fit. */
  readonly seeds: readonly number[];
  /** How many of the held-out tasks are answered. */
  readonly prompts: number;
}

export interface StudyFile {
  /** Names the folder of the study. */
  readonly name: string;
  readonly title?: string;
  readonly maxTokens: number;
  /** The autoencoder of the methods that need one; where absent, the one that ships for the model. */
  readonly sae?: string;
  readonly parts: readonly StudyPart[];
}

export const MAX_STUDY_PROMPTS = studyTasks('held-out').length;
const DEFAULT_MAX_TOKENS = 384;
/** Past any context that answers of a study could be meant for. */
const MOST_TOKENS = 8192;
const MAX_PARTS = 100;

const FITTED = METHODS.map(({ id }) => id);

/** The id of the registry's method that steers, undefined where nothing does; and whether the language is asked for in words. */
export function partsOfMethod(method: string): { readonly fitted: string | undefined; readonly asks: boolean } {
  if (method === UNSTEERED || method === ASKED) return { fitted: undefined, asks: method === ASKED };
  const asks = method.startsWith(ASKED_TOO);
  return { fitted: asks ? method.slice(ASKED_TOO.length) : method, asks };
}

const whole = (least: number, most: number): v.GenericSchema<unknown, number> => {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message), v.maxValue(most, message));
};

/** A list of at least one entry, none of them twice. */
const list = <T>(entry: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> =>
  v.pipe(
    v.array(entry, 'must be a list'),
    v.minLength(1, 'must have at least one entry'),
    v.check((entries) => new Set(entries).size === entries.length, 'has an entry twice'),
  );

const oneOf = <T extends string>(values: readonly T[]): v.GenericSchema<unknown, T> =>
  v.picklist(values, `must be one of ${values.join(', ')}`);

const NAME_RULE = 'must be 1 to 64 small letters, digits and hyphens';

const STRENGTH = 'must be a number above 0 and at most 100';

function fileSchema(): v.GenericSchema<unknown, StudyFile> {
  const part = v.strictObject({
    methods: list(oneOf([UNSTEERED, ASKED, ...FITTED, ...FITTED.map((id) => `${ASKED_TOO}${id}`)])),
    targets: list(oneOf(LANGUAGE_IDS)),
    styles: v.optional(list(oneOf(PROMPT_STYLES)), ['instruction']),
    openings: v.optional(list(oneOf(OPENINGS)), ['neutral']),
    strengths: v.optional(
      list(v.pipe(v.number(STRENGTH), v.finite(STRENGTH), v.gtValue(0, STRENGTH), v.maxValue(100, STRENGTH))),
      [1],
    ),
    seeds: v.optional(list(whole(0, 2 ** 32 - 1)), [0]),
    prompts: v.optional(whole(1, MAX_STUDY_PROMPTS), MAX_STUDY_PROMPTS),
  });
  return v.strictObject({
    name: v.pipe(v.string('must be text'), v.regex(NAME_PATTERN, NAME_RULE)),
    title: v.exactOptional(v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'), v.maxLength(200))),
    maxTokens: v.optional(whole(1, MOST_TOKENS), DEFAULT_MAX_TOKENS),
    sae: v.exactOptional(v.pipe(v.string('must be text'), v.regex(NAME_PATTERN, NAME_RULE))),
    parts: v.pipe(
      v.array(part, 'must be a list'),
      v.minLength(1, 'must have at least one part'),
      v.maxLength(MAX_PARTS, `must have ${MAX_PARTS} parts at most`),
    ),
  });
}

/**
 * The study that a text describes; what may be left out has its default.
 * @param what names the text in messages: its path
 * @throws UsageError `bad-study` that names the field
 */
export function readStudyFile(text: string, what: string): StudyFile {
  const result = v.safeParse(fileSchema(), parseJson(text, what));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'the whole';
  throw new UsageError('bad-study', `${what}: ${path} ${problemOf(issue)}`, ADVICE);
}

const ADVICE = 'studies/ has examples; steerscope study --help lists the fields.';

function problemOf({ message, kind, type, received, expected }: v.BaseIssue<unknown>): string {
  if (kind !== 'schema' || type !== 'strict_object') return message;
  return expected === 'never'
    ? 'is no field of a study'
    : received === 'undefined'
      ? 'is missing'
      : 'must be an object';
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    throw new UsageError('bad-study', `${what} is not JSON: ${detail}`, ADVICE);
  }
}
