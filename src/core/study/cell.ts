/**
 * A cell of a study that was measured: every answer with what the judge and the model said of it. It is kept as one JSON
 * file, on this machine or another, so reading is strict. Types and checks.
 */
import * as v from 'valibot';
import { ANSWER_LANGUAGES, LANGUAGE_IDS } from '../language/languages.ts';
import type { AnswerLanguage } from '../language/languages.ts';
import { PROMPT_STYLES } from '../language/prompts/styles.ts';
import { OPENINGS } from './file.ts';
import type { StudyPrompt } from '../language/prompts/studyPrompts.ts';
import type { StudyCell } from './plan.ts';

/** Changes when what is measured changes its meaning; cells of another version are measured anew. */
export const CELL_VERSION = 1;

/** The negative log-likelihood of some tokens, in nats, summed. */
export interface Nll {
  readonly sum: number;
  readonly tokens: number;
}

export interface CellAnswer {
  readonly id: string;
  readonly kind: StudyPrompt['kind'];
  /** With its opening. */
  readonly text: string;
  readonly tokens: number;
  readonly stop: string;
  readonly language: AnswerLanguage;
  readonly confidence: number;
  readonly hasCode: boolean;
  /** null where there is no code, or no parser for its language. */
  readonly parses: boolean | null;
  /** Valid code in its own language, whichever that is. */
  readonly valid: boolean;
  /** The compiler's word; null where there is none, or where it took too long. */
  readonly syntax: boolean | null;
  readonly distinct3: number;
  /** Prompt and decoding; the tokens of a batch share their time. */
  readonly ms: number;
  /** Of the answer's first tokens under the unsteered model that is asked for the language; of half the prompts. */
  readonly nll?: Nll;
  /** The same tokens after the prompt of another task. */
  readonly otherNll?: Nll;
}

/** The artefact that a cell was steered by, as far as a reader wants to know it. */
export interface CellArtefact {
  readonly name: string;
  readonly id: string;
  readonly layers: readonly number[];
  readonly strength: number;
  readonly scope: string;
  /** Of the file of its tensors. */
  readonly sha256: string;
}

export interface CellResult {
  readonly version: typeof CELL_VERSION;
  /** SHA-256 over everything that the cell depends on. */
  readonly key: string;
  readonly cell: StudyCell;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly machine: string;
  readonly software: string;
  /** Rows that were decoded together. */
  readonly batch: number;
  readonly ms: { readonly generate: number; readonly judge: number; readonly likelihood: number };
  readonly artefact?: CellArtefact;
  /** In layer norms: |what is added| over the median norm of its layer, the largest of the layers; null unsteered. */
  readonly dose: number | null;
  readonly answers: readonly CellAnswer[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const time = v.pipe(finite, v.minValue(0));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(400));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const nll = v.strictObject({ sum: finite, tokens: count });

const cell: v.GenericSchema<unknown, StudyCell> = v.strictObject({
  method: word,
  target: v.nullable(v.picklist(LANGUAGE_IDS)),
  style: v.picklist(PROMPT_STYLES),
  opening: v.picklist(OPENINGS),
  strength: finite,
  seed: count,
  prompts: count,
});

const answer: v.GenericSchema<unknown, CellAnswer> = v.strictObject({
  id: word,
  kind: v.picklist(['high-level', 'performance', 'general']),
  text: v.string(),
  tokens: count,
  stop: word,
  language: v.picklist(ANSWER_LANGUAGES),
  confidence: finite,
  hasCode: v.boolean(),
  parses: v.nullable(v.boolean()),
  valid: v.boolean(),
  syntax: v.nullable(v.boolean()),
  distinct3: finite,
  ms: time,
  nll: v.exactOptional(nll),
  otherNll: v.exactOptional(nll),
});

const schema: v.GenericSchema<unknown, CellResult> = v.strictObject({
  version: v.literal(CELL_VERSION),
  key: sha256,
  cell,
  at: v.pipe(v.string(), v.isoTimestamp()),
  machine: word,
  software: word,
  batch: count,
  ms: v.strictObject({ generate: time, judge: time, likelihood: time }),
  artefact: v.exactOptional(
    v.strictObject({
      name: word,
      id: word,
      layers: v.array(count),
      strength: finite,
      scope: word,
      sha256,
    }),
  ),
  dose: v.nullable(finite),
  answers: v.pipe(v.array(answer), v.minLength(1)),
});

/** The cell that a value is, or undefined: it was in a file, which may be of anyone. */
export function readCell(value: unknown): CellResult | undefined {
  const read = v.safeParse(schema, value);
  return read.success && read.output.answers.length === read.output.cell.prompts ? read.output : undefined;
}
