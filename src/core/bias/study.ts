/**
 * A study of a model's language bias: what was asked, of which model, and every answer. It is kept as JSON and read
 * again by this or a later version, so reading is strict. Types and checks; whoever measures and keeps it is elsewhere.
 */
import * as v from 'valibot';
import { ANSWER_LANGUAGES, LANGUAGE_IDS, languageNamed } from '../language/languages.ts';
import type { LanguageId } from '../language/languages.ts';
import { PROMPT_STYLES } from '../language/prompts/styles.ts';
import type { PromptStyle } from '../language/prompts/styles.ts';
import type { TaskKind } from '../language/prompts/task.ts';
import { taskKind } from '../language/prompts/taskKind.ts';
import type { ConditionId } from '../charts/conditions.ts';
import { countLanguages, isValid } from './answers.ts';
import type { Answer, Counts } from './answers.ts';
import { TASK_SETS } from './parts.ts';
import type { TaskSet } from './parts.ts';

/** Changes when a field changes its meaning. */
export const STUDY_VERSION = 1;

/** The answers under one condition; fewer than there are prompts where the study was broken off. */
export interface StudyPart {
  readonly condition: ConditionId;
  /** How the tasks were put; absent in studies of before there was a choice: an instruction. */
  readonly style?: PromptStyle;
  /** A multiple of the strength that the direction was fitted with; 0 where nothing steers. */
  readonly strength: number;
  /** |strength v| over the median norm of the layer, the largest of the layers. */
  readonly dose?: number;
  readonly answers: readonly Answer[];
}

export interface StudiedDirection {
  readonly name: string;
  /** The id of the artefact: a name may come to mean another one. */
  readonly id: string;
  /** The language that it leads to; absent for any other concept. */
  readonly target?: LanguageId;
  readonly layers: readonly number[];
  readonly scope: string;
}

export interface BiasStudy {
  readonly version: typeof STUDY_VERSION;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly end: 'complete' | 'cancelled' | 'failed';
  readonly model: { readonly name: string; readonly precision: string; readonly fingerprint: string };
  /** Absent where the model was measured as it is. */
  readonly direction?: StudiedDirection;
  /** How many each condition has. */
  readonly prompts: number;
  /** Which tasks were asked; absent in studies of before there was a choice: the core ones. */
  readonly tasks?: TaskSet;
  /** In which styles, the main one first; absent as in the parts. */
  readonly styles?: readonly PromptStyle[];
  /** The answers of all parts together, had none been broken off. */
  readonly expected: number;
  readonly maxTokens: number;
  readonly repeatPenalty: number;
  readonly seed: number;
  /** What every answer is made to begin with. */
  readonly opening: string;
  readonly software: string;
  readonly parts: readonly StudyPart[];
}

export interface JudgedTask extends Pick<Answer, 'id' | 'language'> {
  readonly kind?: TaskKind;
}

/** A part without its texts: what is drawn. */
export interface PartFigures extends Counts, Pick<StudyPart, 'condition' | 'strength' | 'dose'> {
  readonly style: PromptStyle;
  /** Of each task the language of its answer, and its kind where it is known. */
  readonly judged: readonly JudgedTask[];
  /** In the target language; code in any language where there is no target. */
  readonly onTarget: number;
  /** See `isValid`. */
  readonly valid: number;
}

/** The style of studies of before there was a choice. */
const USUAL_STYLE: PromptStyle = 'instruction';

/** A study without its texts, small enough to be sent whole at every step. */
export interface StudyFigures extends Omit<BiasStudy, 'parts' | 'tasks' | 'styles'> {
  readonly tasks: TaskSet;
  readonly styles: readonly PromptStyle[];
  readonly parts: readonly PartFigures[];
}

export function figuresOf({ parts, ...study }: BiasStudy): StudyFigures {
  const target = study.direction?.target;
  const { tasks = 'core', styles = [USUAL_STYLE] } = study;
  return { ...study, tasks, styles, parts: parts.map((part) => partFigures(part, target)) };
}

function partFigures(
  { answers, style = USUAL_STYLE, ...part }: StudyPart,
  target: LanguageId | undefined,
): PartFigures {
  const isOnTarget = ({ language }: Answer): boolean =>
    target === undefined ? languageNamed(language) !== undefined : language === target;
  return {
    ...part,
    style,
    judged: answers.map(({ id, language }) => {
      const kind = taskKind(id);
      return { id, language, ...(kind === undefined ? {} : { kind }) };
    }),
    n: answers.length,
    counts: countLanguages(answers),
    onTarget: answers.filter(isOnTarget).length,
    valid: answers.filter((answer) => isValid(answer, target)).length,
  };
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const style = v.picklist(PROMPT_STYLES);
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(400));
const answer: v.GenericSchema<unknown, Answer> = v.strictObject({
  id: word,
  text: v.string(),
  tokens: count,
  stop: word,
  language: v.picklist(ANSWER_LANGUAGES),
  confidence: finite,
  parses: v.exactOptional(v.boolean()),
});

/** More than anyone measures, and far less than what would stall a window. */
const MAX_ANSWERS = 1000;
const MAX_PARTS = 100;

const studySchema: v.GenericSchema<unknown, BiasStudy> = v.strictObject({
  version: v.literal(STUDY_VERSION),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  elapsedMs: v.pipe(finite, v.minValue(0)),
  end: v.picklist(['complete', 'cancelled', 'failed']),
  model: v.strictObject({ name: word, precision: word, fingerprint: word }),
  direction: v.exactOptional(
    v.strictObject({
      name: word,
      id: word,
      target: v.exactOptional(v.picklist(LANGUAGE_IDS)),
      layers: v.array(count),
      scope: word,
    }),
  ),
  prompts: count,
  tasks: v.exactOptional(v.picklist(TASK_SETS)),
  styles: v.exactOptional(v.pipe(v.array(style), v.minLength(1))),
  expected: count,
  maxTokens: count,
  repeatPenalty: finite,
  seed: count,
  opening: v.string(),
  software: word,
  parts: v.pipe(
    v.array(
      v.strictObject({
        condition: v.picklist(['plain', 'steered', 'asked']),
        style: v.exactOptional(style),
        strength: finite,
        dose: v.exactOptional(finite),
        answers: v.pipe(v.array(answer), v.maxLength(MAX_ANSWERS)),
      }),
    ),
    v.maxLength(MAX_PARTS),
  ),
});

/** The study that a value is, or undefined: it was in a file, which may be of anyone. */
export function readStudy(value: unknown): BiasStudy | undefined {
  const read = v.safeParse(studySchema, value);
  return read.success ? read.output : undefined;
}
