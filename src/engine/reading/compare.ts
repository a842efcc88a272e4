/**
 * Two steerings of one prompt: both answers are written, and each text is then read under both steerings, token by token.
 * Figures are those of the model's own distributions, before any repetition penalty or temperature, and in `fast` precision
 * those of its approximate head: without the exact logits of the few candidates that the choice of a token looks at.
 */
import { firstDivergence, partingLayer, relativeDifference } from '../../core/compare/divergence.ts';
import { areUsable, topIndices } from '../../core/sampling/sampler.ts';
import { klOfLogs, logSoftmax } from '../../core/stats/distributions.ts';
import type { Gate } from '../../core/steering/gate.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import type {
  CompareEvent,
  CompareParams,
  CompareResult,
  ComparedSide,
  ComparedText,
  Measured,
  TopTokens,
} from '../../protocol/compareTypes.ts';
import type { Answer } from '../generate/answer.ts';
import { writeAnswers } from '../generate/answerLoop.ts';
import { answerRequest } from '../generate/generate.ts';
import { surfaceFor } from '../generate/promptIds.ts';
import { resolveSteering, type ResolvedSteering } from '../generate/steerChoice.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { assertRoomFor } from '../model/memory.ts';
import type { DirectionSource } from '../store/directions.ts';
import { decidedCount, readForced, type ForcedText, type TokenRun } from './forcedText.ts';
import { traceOf } from './steeringTrace.ts';
import { piecesOf } from './text.ts';

export interface CompareContext {
  readonly signal: AbortSignal;
  readonly emit: (event: CompareEvent) => void;
}

type Pair<T> = readonly [T, T];

/** What both texts are read with. */
interface Reading {
  readonly model: LoadedModel;
  readonly sides: Pair<ResolvedSteering>;
  readonly params: CompareParams;
  readonly context: CompareContext;
}

/** What was found out of one text. */
interface ReadText {
  readonly figures: ComparedText;
  /** Under A and under B: [gate][token]. */
  readonly strengths: Pair<readonly (readonly number[])[]>;
}

/** @throws what `generate` throws; ModelError `does-not-fit` where the distributions of an answer would not fit into memory */
export async function compareSteerings(
  model: LoadedModel,
  source: DirectionSource,
  params: CompareParams,
  context: CompareContext,
): Promise<CompareResult> {
  const reading = { model, sides: await resolveSides(model, source, params), params, context };
  assertRoomFor(keptBytes(model, params.options.maxTokens), 'comparing answers of this length', 'Lower --max-tokens.');
  const [a, b] = await writeBoth(reading);
  const divergence = firstDivergence(a.ids, b.ids);
  const textA = await readUnderBoth(reading, a, 0);
  const textB = divergence === null ? textA : await readUnderBoth(reading, b, 1);
  const texts = [textA.figures, textB.figures] as const;
  const named = texts.flatMap(({ ids, topA, topB }) => [...ids, ...[...topA, ...topB].flat().map(([id]) => id)]);
  return {
    model: model.summary.name,
    precision: model.summary.precision,
    layers: model.config.layers,
    threshold: params.threshold,
    promptTokens: a.request.promptIds.length,
    a: sideOf(reading, a, 0, textA.strengths[0]),
    b: sideOf(reading, b, 1, textB.strengths[1]),
    divergence,
    texts,
    pieces: piecesOf(model, named),
  };
}

/** Both steerings over one list of gates, so that one graph serves both: a side takes none of the other's. */
async function resolveSides(
  model: LoadedModel,
  source: DirectionSource,
  { a, b, options }: CompareParams,
): Promise<Pair<ResolvedSteering>> {
  const surface = surfaceFor(model, options.mode);
  const first = await resolveSteering(model, source, { ...a, surface });
  const second = await resolveSteering(model, source, { ...b, surface });
  const gates = [...first.gates, ...second.gates];
  return [withGates(first, gates, 0), withGates(second, gates, first.gates.length)];
}

function withGates(side: ResolvedSteering, gates: readonly Gate[], from: number): ResolvedSteering {
  const parts = side.parts.map((part) => {
    if (!('doses' in part)) return part;
    const doses = new Float32Array(gates.length);
    doses.set(part.doses, from);
    return { ...part, doses };
  });
  return { ...side, parts, gates };
}

/** The runs of one text that are kept until those of the other side come. Bytes. */
function keptBytes({ config }: LoadedModel, tokens: number): number {
  return tokens * (config.vocab + config.layers * config.dModel) * Float32Array.BYTES_PER_ELEMENT;
}

/** Both answers, side by side in one batch: neither depends on the other. */
async function writeBoth({ model, sides, params, context }: Reading): Promise<Pair<Answer>> {
  const { prompt, turns = [], options } = params;
  const whole = { ...options, batch: 2, steer: [] };
  const requests = sides.map((side, i) =>
    answerRequest(model, { id: i === 0 ? 'a' : 'b', prompt, turns }, whole, { ...side, seed: options.seed }),
  );
  let done = 0;
  const [a, b] = await writeAnswers(model, requests, {
    batch: 2,
    gates: sides[0].gates,
    signal: context.signal,
    onText: (id, text) => context.emit({ kind: 'text', id: id === 'a' ? 'a' : 'b', text }),
    onAnswer: () => context.emit({ kind: 'progress', phase: 'generating', done: ++done, total: 2, unit: 'answers' }),
  });
  return [a, b];
}

/** @param which the text's number, for the progress */
async function readUnderBoth(reading: Reading, answer: Answer, which: 0 | 1): Promise<ReadText> {
  const { model, context, params, sides } = reading;
  const tell = (done: number): void =>
    context.emit({ kind: 'progress', phase: 'reading', done: 2 * which + done, total: 4, unit: 'readings' });
  const kept: TokenRun[] = [];
  await readForced(model, forcedText(answer, sides[0]), context.signal, (run) => kept.push(copyOf(run)));
  tell(1);
  const figures = emptyText(answer.ids, model.config.layers);
  const strengths: Pair<number[][]> = [gateLists(sides[0]), gateLists(sides[1])];
  await readForced(model, forcedText(answer, sides[1]), context.signal, (run) => {
    compareRuns(figures, answer.ids[run.index], kept[run.index], run, params.top);
    [kept[run.index], run].forEach(({ gateStrengths }, side) =>
      gateStrengths.forEach((strength, gate) => strengths[side][gate].push(strength)),
    );
  });
  tell(2);
  return { figures: { ...figures, parts: partingLayer(figures.difference, params.threshold) }, strengths };
}

function gateLists({ gates }: ResolvedSteering): number[][] {
  return gates.map(() => []);
}

function forcedText({ request: { promptIds, prefill }, ids }: Answer, { parts, gates }: ResolvedSteering): ForcedText {
  const steering = parts.length === 0 ? undefined : new RowSteering(parts, promptIds.length);
  return { promptIds, prefill, ids, steering, gated: gates.length > 0 };
}

function copyOf({ index, logits, streams, gateStrengths }: TokenRun): TokenRun {
  return { index, logits: logits.slice(), streams: streams.map((stream) => stream.slice()), gateStrengths };
}

function emptyText(ids: readonly number[], layers: number) {
  return {
    ids,
    kl: [] as Measured[],
    logA: [] as Measured[],
    logB: [] as Measured[],
    topA: [] as TopTokens[],
    topB: [] as TopTokens[],
    difference: Array.from({ length: layers }, (): Measured[] => []),
  };
}

/** Adds the figures of one token. */
function compareRuns(figures: ReturnType<typeof emptyText>, id: number, a: TokenRun, b: TokenRun, top: number): void {
  const [logA, logB] = [logsOf(a), logsOf(b)];
  figures.kl.push(measured(klOfLogs(logA, logB)));
  figures.logA.push(measured(logA[id]));
  figures.logB.push(measured(logB[id]));
  figures.topA.push(likeliest(a.logits, logA, top));
  figures.topB.push(likeliest(b.logits, logB, top));
  a.streams.forEach((stream, layer) => {
    figures.difference[layer].push(measured(relativeDifference(stream, b.streams[layer])));
  });
}

/** Log probabilities; NaN where the run overflowed, and what is left of it says nothing. */
function logsOf({ logits }: TokenRun): Float64Array {
  return areUsable(logits) ? logSoftmax(logits) : new Float64Array(logits.length).fill(NaN);
}

function likeliest(logits: Float32Array, logs: Float64Array, top: number): TopTokens {
  if (!Number.isFinite(logs[0])) return [];
  return topIndices(logits, top).map((id) => [id, Math.exp(logs[id])] as const);
}

function measured(value: number): Measured {
  return Number.isFinite(value) ? value : null;
}

function sideOf(
  { model, sides }: Reading,
  answer: Answer,
  which: 0 | 1,
  strengths: readonly (readonly number[])[],
): ComparedSide {
  const { text, ids, stop } = answer.result();
  const decided = decidedCount(model, forcedText(answer, sides[which]));
  const promptTokens = answer.request.promptIds.length;
  return {
    text,
    ids,
    stop,
    decided,
    ...traceOf(sides[which], { promptTokens, tokens: ids.length, decided, strengths }),
  };
}
