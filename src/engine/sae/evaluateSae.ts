/**
 * Evaluates an autoencoder on text that it was not trained on: how sparse it is, how much of the activations it gives back,
 * and how much of the model's predictions survives when its reconstruction takes their place.
 *
 * Positions that are left alone: the first of every window, and those whose norm is more than {@link MASSIVE_MULTIPLE}
 * times the median. They hold the attention's sink (Sun et al. 2024, arXiv 2402.17762), no content, and an autoencoder is
 * not trained on them; there the model keeps its own value in every run, and they count in none of the figures.
 *
 * In `fast` precision the logits of all runs are approximate alike.
 */
import { UsageError } from '../../core/errors.ts';
import { qualityOf, type DocumentSums, type Losses } from '../../core/sae/evaluation.ts';
import { decode } from '../../core/sae/features.ts';
import { FeatureTally, effectiveFeatures, summariseDensities } from '../../core/sae/featureTally.ts';
import { createRandom } from '../../core/stats/random.ts';
import { median, quantile } from '../../core/stats/quantiles.ts';
import { MASSIVE_MULTIPLE } from '../../core/sae/massive.ts';
import type { SaeEvalParams, SaeEvalResult } from '../../protocol/saeTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import { loadSae } from './saeArtefact.ts';
import { SaeEncoder } from './saeEncoder.ts';
import { SplicedModel } from './splicedModel.ts';

/** A window of this few tokens tells nothing. */
const LEAST_TOKENS = 8;

/** What a first pass finds of a window, and a second one works with. */
interface Window {
  readonly document: number;
  readonly ids: readonly number[];
  readonly x: Float32Array; // [pos, dIn]
  readonly norms: Float32Array; // [pos]
  readonly cleanLoss: number;
}

/** @throws what `loadSae` throws; UsageError `no-text` where the texts are too short; CancelledError between runs */
export async function evaluateSae(
  model: LoadedModel,
  source: ArtefactSource,
  params: SaeEvalParams,
  context: WorkContext,
): Promise<SaeEvalResult> {
  const { sae, hook, notes } = await loadSae(source, params.name, model);
  const planned = planWindows(model, params);
  const spliced = await SplicedModel.open(model, hook);
  const encoder = await SaeEncoder.open(model, sae);
  try {
    const windows = await readWindows(spliced, planned, sae.dIn, context);
    const limit = MASSIVE_MULTIPLE * median(windows.flatMap(({ norms }) => Array.from(norms.subarray(1))));
    const masks = windows.map(({ norms }) => Uint8Array.from(norms, (norm, at) => (at > 0 && norm <= limit ? 1 : 0)));
    const mean = meanOf(windows, masks, sae.dIn);
    const tally = new FeatureTally(sae.dSae);
    const sums = new Map<number, DocumentSums>();
    for (const [i, window] of windows.entries()) {
      await letMessagesIn(context.signal);
      const mask = masks[i];
      const rows = pickRows(window.x, mask, sae.dIn);
      const features = await encoder.encode(rows);
      tally.add(features);
      const xHat = decode(sae, features);
      const loss = await lossesOf(spliced, window, mask, spread(xHat, mask, sae.dIn), mean);
      const found: DocumentSums = {
        rows: rows.length / sae.dIn,
        active: features.indices.length,
        residual: squaredDistance(rows, xHat),
        variance: squaredDistance(rows, mean),
        loss,
        tokens: window.ids.length - 1,
      };
      const before = sums.get(window.document);
      sums.set(window.document, before ? added(before, found) : found);
      context.emit({ kind: 'progress', phase: 'splicing', done: i + 1, total: windows.length, unit: 'windows' });
    }
    const effective = effectiveFeatures(tally.mass);
    const positions = windows.reduce((sum, { ids }) => sum + ids.length, 0);
    return {
      name: params.name,
      hook,
      dIn: sae.dIn,
      dSae: sae.dSae,
      architecture: sae.architecture,
      documents: sums.size,
      rows: tally.rows,
      excluded: { first: windows.length, massive: positions - windows.length - tally.rows },
      ...qualityOf([...sums.values()], createRandom(params.seed)),
      l0Median: median(tally.l0),
      l0Quantiles: [quantile(tally.l0, 0.05), quantile(tally.l0, 0.95)],
      density: summariseDensities(tally.densities()),
      effectiveFeatures: effective,
      superposition: effective / sae.dIn,
      notes,
    };
  } finally {
    await encoder.release();
    await spliced.release();
  }
}

interface PlannedWindow {
  readonly document: number;
  readonly ids: readonly number[];
}

/** The first window of each text, then the second of each, and so on, until there are enough tokens. */
function planWindows({ tokenizer, config }: LoadedModel, { texts, window, maxTokens }: SaeEvalParams): PlannedWindow[] {
  const size = Math.min(window, config.context);
  const all = texts.map(({ text }) => tokenizer.encode(text));
  const longest = all.reduce((most, ids) => Math.max(most, ids.length), 0);
  const planned: PlannedWindow[] = [];
  let tokens = 0;
  for (let start = 0; start < longest; start += size)
    for (const [document, ids] of all.entries()) {
      const here = ids.slice(start, start + size);
      if (here.length < LEAST_TOKENS || tokens >= maxTokens) continue;
      planned.push({ document, ids: here });
      tokens += here.length;
    }
  if (planned.length === 0)
    throw new UsageError(
      'no-text',
      `none of the texts has ${LEAST_TOKENS} tokens`,
      'Give text that the autoencoder was not trained on, some thousand tokens of it.',
    );
  return planned;
}

async function readWindows(
  spliced: SplicedModel,
  planned: readonly PlannedWindow[],
  dIn: number,
  { signal, emit }: WorkContext,
): Promise<Window[]> {
  const windows: Window[] = [];
  for (const { document, ids } of planned) {
    await letMessagesIn(signal);
    const { values: x, loss: cleanLoss } = await spliced.run(ids);
    const norms = Float32Array.from(ids, (_, at) => {
      const row = x.subarray(at * dIn, (at + 1) * dIn);
      return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    });
    windows.push({ document, ids, x, norms, cleanLoss });
    emit({ kind: 'progress', phase: 'reading', done: windows.length, total: planned.length, unit: 'windows' });
  }
  return windows;
}

async function lossesOf(
  spliced: SplicedModel,
  { ids, cleanLoss }: Window,
  mask: Uint8Array,
  xHat: Float32Array,
  mean: Float32Array,
): Promise<Losses> {
  const loss = async (value: Float32Array): Promise<number> => (await spliced.run(ids, { value, mask })).loss;
  return {
    clean: cleanLoss,
    spliced: await loss(xHat),
    meanAblated: await loss(mean),
    zeroAblated: await loss(new Float32Array(mean.length)),
  };
}

/** The mean of all rows that count, [dIn]. */
function meanOf(windows: readonly Window[], masks: readonly Uint8Array[], dIn: number): Float32Array {
  const sum = new Float64Array(dIn);
  let rows = 0;
  windows.forEach(({ x }, w) =>
    masks[w].forEach((counts, at) => {
      if (counts === 0) return;
      rows++;
      for (let i = 0; i < dIn; i++) sum[i] += x[at * dIn + i];
    }),
  );
  return Float32Array.from(sum, (value) => value / Math.max(1, rows));
}

/** The rows where the mask is 1, [rows, dIn]. */
function pickRows(x: Float32Array, mask: Uint8Array, dIn: number): Float32Array {
  const picked = new Float32Array(mask.reduce((sum, one) => sum + one, 0) * dIn);
  let to = 0;
  mask.forEach((one, at) => {
    if (one === 1) picked.set(x.subarray(at * dIn, (at + 1) * dIn), to++ * dIn);
  });
  return picked;
}

/** Puts rows back to where they were picked, [pos, dIn]; zeros elsewhere. */
function spread(rows: Float32Array, mask: Uint8Array, dIn: number): Float32Array {
  const all = new Float32Array(mask.length * dIn);
  let from = 0;
  mask.forEach((one, at) => {
    if (one === 1) all.set(rows.subarray(from * dIn, ++from * dIn), at * dIn);
  });
  return all;
}

/** The sum of (a - b)^2; a shorter b is taken again and again. */
function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i % b.length];
    sum += difference * difference;
  }
  return sum;
}

function added(a: DocumentSums, b: DocumentSums): DocumentSums {
  return {
    rows: a.rows + b.rows,
    active: a.active + b.active,
    residual: a.residual + b.residual,
    variance: a.variance + b.variance,
    loss: {
      clean: a.loss.clean + b.loss.clean,
      spliced: a.loss.spliced + b.loss.spliced,
      meanAblated: a.loss.meanAblated + b.loss.meanAblated,
      zeroAblated: a.loss.zeroAblated + b.loss.zeroAblated,
    },
    tokens: a.tokens + b.tokens,
  };
}
