/** Measures one cell: answers, verdicts and likelihoods. Keeps nothing; what is broken off here is begun again. */
import { answerPrompts } from '../../client/collectAnswers.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { SteerscopeError } from '../../core/errors.ts';
import { CELL_VERSION } from '../../core/study/cell.ts';
import type { CellAnswer, CellArtefact, CellResult, Nll } from '../../core/study/cell.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import type { Generated } from '../../protocol/engineService.ts';
import type { Examined, Likelihood } from '../../protocol/studyTypes.ts';
import { VERSION } from '../../protocol/version.ts';
import type { StudyCalls } from './calls.ts';
import { SCORED_TOKENS } from './request.ts';
import type { CellRequest } from './request.ts';

export interface CellInput {
  readonly cell: StudyCell;
  readonly key: string;
  readonly request: CellRequest;
  readonly artefact?: ArtefactManifest;
  /** The most rows that are decoded together. */
  readonly batch: number;
  readonly machine: string;
}

export async function measureCell(
  calls: StudyCalls,
  { cell, key, request, artefact, batch, machine }: CellInput,
): Promise<CellResult> {
  const { value: answering, ms: generate } = await timed(() => answerAll(calls, request, batch));
  const { answers } = answering;
  const { value: verdicts, ms: judge } = await timed(() =>
    calls.engine.examine(
      { answers: answers.map(({ id, text }) => ({ id, text })) },
      { signal: calls.signal, onEvent: calls.onStep },
    ),
  );
  const { value: scores, ms: likelihood } = await timed(() => scoreAll(calls, request, answers));
  return {
    version: CELL_VERSION,
    ...{ key, cell, machine },
    at: new Date().toISOString(),
    software: VERSION,
    batch: answering.batch,
    ms: { generate, judge, likelihood },
    ...(artefact === undefined ? {} : { artefact: summaryOf(artefact) }),
    dose: answers[0]?.steer[0]?.dose ?? null,
    answers: request.tasks.map(({ id, kind }) => joined(id, kind, { answers, verdicts, scores })),
  };
}

/** Fewer rows than these at once, and the machine is too small for the study. */
const LEAST_BATCH = 4;

/** Answers every prompt, with half as many rows at once where the memory is short. */
async function answerAll(
  calls: StudyCalls,
  { prompts, options }: Pick<CellRequest, 'prompts' | 'options'>,
  batch: number,
): Promise<{ readonly answers: readonly Generated[]; readonly batch: number }> {
  const rows = Math.min(batch, prompts.length);
  try {
    return { answers: await answerPrompts(calls, prompts, { ...options, batch: rows }, 'answering'), batch: rows };
  } catch (error) {
    if (!SteerscopeError.is(error, 'does-not-fit') || rows <= LEAST_BATCH) throw error;
    return answerAll(calls, { prompts, options }, Math.ceil(rows / 2));
  }
}

interface Scores {
  readonly own: ReadonlyMap<string, Nll>;
  readonly other: ReadonlyMap<string, Nll>;
}

async function scoreAll(
  { engine, signal, onStep }: StudyCalls,
  { scored, options }: CellRequest,
  answers: readonly Generated[],
): Promise<Scores> {
  const idsOf = new Map(answers.map(({ id, ids }) => [id, ids.slice(0, SCORED_TOKENS)]));
  const { mode, prefill } = options;
  const score = async (promptOf: (one: CellRequest['scored'][number]) => string): Promise<Map<string, Nll>> => {
    const texts = scored.flatMap((one) => {
      const ids = idsOf.get(one.id) ?? [];
      return ids.length === 0 ? [] : [{ id: one.id, prompt: promptOf(one), ids }];
    });
    if (texts.length === 0) return new Map();
    const params = { texts, options: { mode, ...(prefill === undefined ? {} : { prefill }) } };
    const likelihoods = await engine.likelihood(params, { signal, onEvent: onStep });
    return new Map(likelihoods.map(({ id, sum, tokens }: Likelihood) => [id, { sum, tokens }]));
  };
  return { own: await score(({ asked }) => asked), other: await score(({ otherAsked }) => otherAsked) };
}

function joined(
  id: string,
  kind: CellAnswer['kind'],
  {
    answers,
    verdicts,
    scores,
  }: { readonly answers: readonly Generated[]; readonly verdicts: readonly Examined[]; readonly scores: Scores },
): CellAnswer {
  const answer = answers.find((one) => one.id === id);
  const verdict = verdicts.find((one) => one.id === id);
  if (answer === undefined || verdict === undefined) throw new RangeError(`the engine left out the answer "${id}"`);
  const { text, tokens, stop, ms } = answer;
  const nll = scores.own.get(id);
  const otherNll = scores.other.get(id);
  return {
    ...{ id, kind, text, tokens, stop },
    ...verdict,
    ms: Math.round(ms.prompt + ms.decode),
    ...(nll === undefined ? {} : { nll }),
    ...(otherNll === undefined ? {} : { otherNll }),
  };
}

function summaryOf({ name, id, layers, strength, scope, tensors }: ArtefactManifest): CellArtefact {
  return { name, id, layers, strength, scope, sha256: tensors.sha256 };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: Math.round(performance.now() - start) };
}
