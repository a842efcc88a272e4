/**
 * What each value of a call may be, one schema a value. The engine refuses a call by them, and the terminal and the
 * editor refuse a setting by the very same ones, before an engine is started. A message completes "NAME ...". Only what
 * can be known without a model is checked here: whether a layer or a hook exists is for the engine to say.
 */
import * as v from 'valibot';
import { NAME_PATTERN } from '../core/artefact/manifest.ts';
import { SURFACES } from '../core/steering/choice.ts';
import { isScope } from '../core/steering/scope.ts';
import { PRECISIONS } from '../core/weights/precision.ts';
import { MOST_CONTINUED } from './interventionTypes.ts';

type NumberField = v.GenericSchema<unknown, number>;
type TextField = v.GenericSchema<unknown, string>;

export { PRECISIONS };

/** A whole number from `least` to `most`. */
function whole(least: number, most = Number.MAX_SAFE_INTEGER): NumberField {
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  const message = `must be a whole number ${range}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message), v.maxValue(most, message));
}

/** A finite number that `isValid` accepts; `range` completes "must be a finite number". */
function finite(isValid: (value: number) => boolean, range = ''): NumberField {
  const message = `must be a finite number${range}`;
  return v.pipe(v.number(message), v.finite(message), v.check(isValid, message));
}

/** Text that has a UTF-8 form. Half of a surrogate pair, as JSON can spell it, has none. */
export const text: TextField = v.pipe(
  v.string('must be text'),
  v.check((value) => !/\p{Cs}/u.test(value), 'holds half of a surrogate pair, which is no character'),
);

export const someText: TextField = v.pipe(text, v.minLength(1, 'must not be empty'));

/** Before the name of a language: its probe's score as a measure. */
export const PROBE_MEASURE = 'probe:';
export const probeMeasure: TextField = v.pipe(
  text,
  v.startsWith(PROBE_MEASURE, 'must be probe:LANG, such as probe:cpp'),
);

/** Of what is to be kept in the store. */
export const artefactName: TextField = v.pipe(
  v.string(),
  v.regex(NAME_PATTERN, 'must be 1 to 64 small letters, digits and hyphens'),
);

export const threads = whole(1, 1024);
export const seed = whole(0, 2 ** 32 - 1);
export const top = whole(1);
export const last = whole(1);
export const maxTokens = whole(1);
/** Of a corpus; with fewer there is nothing to hold out. */
export const corpusTokens = whole(1000);
export const megabytes = whole(1, 1_000_000);
export const topK = whole(0);
export const batch = whole(1);
export const position = v.pipe(v.number(), v.safeInteger('must be a whole number'));
/** Of a token, a layer, a head or a neuron. */
export const index = whole(0);
/** How many of something there are to be: features, steps, activations. */
export const count = whole(1);
/** Each of these tokens is a run of the whole text. */
export const continued = whole(0, MOST_CONTINUED);
/** Of a window of text that features are looked at in: two at least, as the first is not counted. */
export const windowTokens = whole(2, 2048);
/** Kept of each feature. */
export const contexts = whole(1, 64);
export const temperature = finite((value) => value >= 0, ' of 0 or more');
export const topP = finite((value) => value > 0 && value <= 1, ' above 0 and at most 1');
export const threshold = finite((value) => value >= 0, ' of 0 or more');
/** The price of sparsity, and minutes: any amount. */
export const amount = finite((value) => value >= 0, ' of 0 or more');
export const learningRate = finite((value) => value > 0 && value < 1, ' between 0 and 1');
export const repeatPenalty = finite((value) => value > 0, ' above 0');

/** Vectors are float32: a strength that is infinite there is refused here rather than met as NaN in an answer. */
export const strength = finite((value) => Number.isFinite(Math.fround(value)));

export const surface = v.picklist(SURFACES, `must be one of ${SURFACES.join(', ')}`);

export const precision = v.picklist(PRECISIONS, `must be one of ${PRECISIONS.join(', ')}`);

/** What a user calls something: a line. */
export const label: TextField = v.pipe(
  text,
  v.maxLength(120, 'must have at most 120 characters'),
  v.regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line'),
);

const LAYERS = 'must be "all" or a list such as 0,5,10-20';
export const layers: TextField = v.pipe(v.string(LAYERS), v.check(isLayerList, LAYERS));

const SCOPE = 'must be one of prompt, answer, all, first:N, decide:N';
export const scope: TextField = v.pipe(
  v.string(SCOPE),
  v.check((value): boolean => isScope(value), SCOPE),
);

function isLayerList(list: string): boolean {
  if (list === 'all') return true;
  return list.split(',').every((part) => {
    const [, first, last] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    return first !== undefined && (last === undefined || Number(first) <= Number(last));
  });
}
