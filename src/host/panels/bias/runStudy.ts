/**
 * A study of the bias, measured: the planned parts one after the other, in batches, and every answer judged. It counts
 * nothing and shows nothing. What there is so far is handed out after every batch, and is worth keeping whatever comes
 * after it.
 */
import * as vscode from 'vscode';
import { collectAnswers, type Collected } from '../../../client/collectAnswers.ts';
import { TASKS_IN, type TaskSet } from '../../../core/bias/parts.ts';
import { planStudy, type PlannedPart } from '../../../core/bias/plan.ts';
import { STUDY_VERSION, type BiasStudy, type StudyPart } from '../../../core/bias/study.ts';
import { ModelError } from '../../../core/errors.ts';
import type { PromptStyle } from '../../../core/language/prompts/styles.ts';
import { NEUTRAL_OPENING } from '../../../core/language/openings.ts';
import type { GenerateOptions, ModelSummary, Progress } from '../../../protocol/engineService.ts';
import { measureOptions } from '../../../protocol/measureOptions.ts';
import { VERSION } from '../../../protocol/version.ts';
import type { KnownDirection } from '../../directions/catalogue.ts';
import type { EngineHost } from '../../engine/engineHost.ts';

/** As the terminal measures: greedy, and made to begin with an opening that names no language. */
const ANSWERS: GenerateOptions = { ...measureOptions, prefill: NEUTRAL_OPENING };

export interface StudySubject {
  /** Prompts of each condition. */
  readonly prompts: number;
  readonly tasks: TaskSet;
  readonly styles: readonly PromptStyle[];
  readonly sweep: boolean;
  /** Absent where the model is measured as it is. */
  readonly direction?: KnownDirection | undefined;
}

export interface StudyOptions extends StudySubject {
  readonly engine: Pick<EngineHost, 'use'>;
  readonly signal: AbortSignal;
  /** Told while the model is being opened. */
  readonly onOpening: (progress: Progress) => void;
  /** Told of every token. */
  readonly onStep: (step: StudyStep) => void;
  /** Told of the study as it is after every batch; its end is `cancelled` until it is complete. */
  readonly onBatch: (study: BiasStudy) => void;
}

/** How much there is to do in all parts together. */
export interface StudySize {
  readonly totalAnswers: number;
  /** Where no answer ends by itself. */
  readonly totalTokens: number;
}

/** How far a study is, all parts together. */
export interface StudyStep extends StudySize {
  readonly part: PlannedPart;
  readonly answers: number;
  readonly tokens: number;
}

/** Prompts that are answered together. */
interface Batch {
  readonly part: PlannedPart;
  readonly prompts: PlannedPart['prompts'];
}

/** Everything of a study that is known before the first answer. */
type StudyHead = Omit<BiasStudy, 'elapsedMs' | 'end' | 'parts'>;

/** @throws CancelledError, ModelError `model-changed`, and what opening the model and answering throw */
export async function runStudy(options: StudyOptions): Promise<void> {
  const { engine, signal, onOpening, onStep, onBatch } = options;
  const size = sizeOfStudy(options);
  const opening = { signal, onProgress: onOpening };
  const head = await engine.use(async (_client, model) => headOf(options, model, size), opening);
  const startMs = performance.now();
  let parts: readonly StudyPart[] = [];
  let answers = 0;
  for (const batch of batchesOf(options)) {
    const { part } = batch;
    const before = answers * ANSWERS.maxTokens;
    const tell = (tokens: number): void => onStep({ ...size, part, answers, tokens: before + tokens });
    tell(0);
    const collected = await answerBatch(options, head, batch, tell);
    parts = withAnswers(parts, part, collected);
    answers += collected.answers.length;
    const end = answers === size.totalAnswers ? 'complete' : 'cancelled';
    onBatch({ ...head, elapsedMs: performance.now() - startMs, end, parts });
  }
}

export function sizeOfStudy(subject: StudySubject): StudySize {
  const totalAnswers = partsOf(subject).reduce((sum, { prompts }) => sum + prompts.length, 0);
  return { totalAnswers, totalTokens: totalAnswers * ANSWERS.maxTokens };
}

function partsOf({ direction, ...subject }: StudySubject): PlannedPart[] {
  const target = direction?.language;
  const steered = direction === undefined ? {} : { direction: target === undefined ? {} : { target } };
  return planStudy({ ...subject, ...steered });
}

/** A batch counts whole or not at all: its answers that end first are the short ones, and speak for no others. */
function batchesOf(subject: StudySubject): Batch[] {
  return partsOf(subject).flatMap((part) => {
    const starts = Array.from({ length: Math.ceil(part.prompts.length / ANSWERS.batch) }, (_, i) => i * ANSWERS.batch);
    return starts.map((from) => ({ part, prompts: part.prompts.slice(from, from + ANSWERS.batch) }));
  });
}

function headOf({ prompts, tasks, styles, direction }: StudySubject, model: ModelSummary, size: StudySize): StudyHead {
  const { maxTokens, repeatPenalty, seed } = ANSWERS;
  return {
    version: STUDY_VERSION,
    startedAt: new Date().toISOString(),
    model: { name: model.name, precision: model.precision, fingerprint: model.fingerprint },
    ...(direction === undefined ? {} : { direction: studied(direction) }),
    // Of a smaller set all are asked.
    prompts: Math.min(prompts, TASKS_IN[tasks]),
    tasks,
    styles,
    expected: size.totalAnswers,
    maxTokens,
    repeatPenalty,
    seed,
    opening: NEUTRAL_OPENING,
    software: VERSION,
  };
}

function studied({ name, language, manifest: { id, layers, scope } }: KnownDirection) {
  return { name, id, ...(language === undefined ? {} : { target: language }), layers, scope };
}

/** @param onTokens told how many tokens of this batch there are */
async function answerBatch(
  { engine, signal, direction }: StudyOptions,
  { model }: StudyHead,
  { part, prompts }: Batch,
  onTokens: (tokens: number) => void,
): Promise<Collected> {
  const isSteered = direction !== undefined && part.condition === 'steered';
  const steer = isSteered ? [{ name: direction.name, strength: part.strength }] : [];
  const onStep = ({ done, unit }: Progress): void => {
    if (unit === 'tokens') onTokens(done);
  };
  return engine.use(
    async (client, { fingerprint, precision }) => {
      if (fingerprint !== model.fingerprint || precision !== model.precision) throw modelChanged();
      return collectAnswers({ engine: client, signal, onStep }, prompts, { ...ANSWERS, steer }, part.condition);
    },
    { signal },
  );
}

function withAnswers(
  parts: readonly StudyPart[],
  { condition, style, strength }: PlannedPart,
  { answers, steer }: Collected,
): readonly StudyPart[] {
  const last = parts.at(-1);
  if (last?.condition === condition && last.style === style && last.strength === strength)
    return [...parts.slice(0, -1), { ...last, answers: [...last.answers, ...answers] }];
  const dose = steer[0]?.dose;
  return [...parts, { condition, style, strength, ...(dose === undefined ? {} : { dose }), answers }];
}

function modelChanged(): ModelError {
  const { t } = vscode.l10n;
  return new ModelError('model-changed', t('another model was chosen meanwhile'), t('Measure again.'));
}
