/**
 * Evaluates an autoencoder on text that it was not trained on: how sparse it is, how much of the activations it gives back,
 * and how much of the model's predictions survives when its reconstruction takes their place. The positions that
 * `core/sae/massive.ts` leaves out keep the model's own value in every run, and count in none of the figures.
 *
 * In `fast` precision the logits of all runs are approximate alike.
 */
import { UsageError } from '../../core/errors.ts';
import {
  reconstructionOf,
  spliceQualityOf,
  squaredDistance,
  type Losses,
  type LossSums,
  type RowSums,
} from '../../core/sae/evaluation.ts';
import { decode } from '../../core/sae/features.ts';
import { FeatureTally, activityOf } from '../../core/sae/featureTally.ts';
import { countedPositions, rowNorms } from '../../core/sae/massive.ts';
import { createRandom } from '../../core/stats/random.ts';
import type { SaeEvalParams, SaeEvalResult, SaeEvalSource } from '../../protocol/saeTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import { heldOutCorpus } from './corpus/heldOutCorpus.ts';
import { chooseWindows } from './corpus/textWindows.ts';
import { evaluateOnRows } from './evaluateOnRows.ts';
import { massiveThreshold } from './massiveThreshold.ts';
import { loadSae, type LoadedSae } from './saeArtefact.ts';
import { SaeEncoder } from './saeEncoder.ts';
import { SplicedModel } from './splicedModel.ts';

/** A window of this few tokens tells nothing. */
const LEAST_TOKENS = 8;

interface PlannedWindow {
  readonly document: number;
  readonly ids: readonly number[];
}

/** What a first pass finds of a window, and a second one works with. */
interface Window extends PlannedWindow {
  readonly x: Float32Array; // [pos, dIn]
  /** 1 where a position counts, [pos]. */
  readonly mask: Uint8Array;
  readonly cleanLoss: number;
}

/**
 * @throws what `loadSae` throws; UsageError `no-text` where the texts are too short, `nothing-held-out`; of an activation
 * store what `openActivationStore` throws; CancelledError between runs
 */
export async function evaluateSae(
  model: LoadedModel,
  source: ArtefactSource,
  { name, on, ...params }: SaeEvalParams,
  context: WorkContext,
): Promise<SaeEvalResult> {
  const loaded = await loadSae(source, name, model);
  if (on.kind === 'activations') return evaluateOnRows(model, loaded, { ...on, seed: params.seed }, context);
  return evaluateOnText(model, loaded, on, params, context);
}

type TextParams = Pick<SaeEvalParams, 'window' | 'maxTokens' | 'seed'>;

async function evaluateOnText(
  model: LoadedModel,
  loaded: LoadedSae,
  on: Exclude<SaeEvalSource, { readonly kind: 'activations' }>,
  params: TextParams,
  context: WorkContext,
): Promise<SaeEvalResult> {
  const { sae, hook, manifest } = loaded;
  const { windows: planned, notes } = await planWindows(model, loaded, on, params, context);
  const threshold = await massiveThreshold(model, loaded);
  const spliced = await SplicedModel.open(model, hook);
  const encoder = await SaeEncoder.open(model, sae);
  try {
    const windows = await readWindows(spliced, planned, { dIn: sae.dIn, threshold }, context);
    const mean = meanOf(windows, sae.dIn);
    const tally = new FeatureTally(sae.dSae);
    const sums = new Map<number, RowSums & LossSums>();
    for (const [i, window] of windows.entries()) {
      await letMessagesIn(context.signal);
      const rows = pickRows(window.x, window.mask, sae.dIn);
      const features = await encoder.encode(rows);
      tally.add(features);
      const xHat = decode(sae, features);
      const found = {
        rows: rows.length / sae.dIn,
        active: features.indices.length,
        residual: squaredDistance(rows, xHat),
        variance: squaredDistance(rows, mean),
        loss: await lossesOf(spliced, window, spread(xHat, window.mask, sae.dIn), mean),
        tokens: window.ids.length - 1,
      };
      const before = sums.get(window.document);
      sums.set(window.document, before ? added(before, found) : found);
      context.emit({ kind: 'progress', phase: 'splicing', done: i + 1, total: windows.length, unit: 'windows' });
    }
    const positions = windows.reduce((sum, { ids }) => sum + ids.length, 0);
    const documents = [...sums.values()];
    return {
      name: manifest.name,
      ...{ hook, dIn: sae.dIn, dSae: sae.dSae, architecture: sae.architecture, documents: documents.length },
      excluded: { first: windows.length, massive: positions - windows.length - tally.rows },
      ...activityOf(tally, sae.dIn),
      ...reconstructionOf(documents, createRandom(params.seed)),
      splice: spliceQualityOf(documents, createRandom(params.seed)),
      notes: [...loaded.notes, ...notes],
    };
  } finally {
    await encoder.release();
    await spliced.release();
  }
}

/** Of a corpus as many windows of each language, of its held-out packages; of texts their beginnings first. */
async function planWindows(
  model: LoadedModel,
  { manifest }: LoadedSae,
  on: Exclude<SaeEvalSource, { readonly kind: 'activations' }>,
  { window, maxTokens, seed }: TextParams,
  context: WorkContext,
): Promise<{ readonly windows: readonly PlannedWindow[]; readonly notes: readonly string[] }> {
  const size = Math.min(window, model.config.context);
  if (on.kind === 'texts') return { windows: windowsInTurn(model, on.texts, size, maxTokens), notes: [] };
  const corpus = await heldOutCorpus(on.folder, manifest, seed, context);
  const options = { tokens: maxTokens, windowTokens: size, seed };
  const { windows } = await chooseWindows(model, corpus, options, context.signal);
  return { windows: windows.map(({ file, ids }) => ({ document: file, ids })), notes: corpus.notes };
}

/** The first window of each text, then the second of each, and so on, until there are enough tokens. */
function windowsInTurn(
  { tokenizer }: LoadedModel,
  texts: readonly { readonly text: string }[],
  size: number,
  maxTokens: number,
): PlannedWindow[] {
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
  { dIn, threshold }: { readonly dIn: number; readonly threshold: number },
  { signal, emit }: WorkContext,
): Promise<Window[]> {
  const windows: Window[] = [];
  for (const { document, ids } of planned) {
    await letMessagesIn(signal);
    const { values: x, loss: cleanLoss } = await spliced.run(ids);
    windows.push({ document, ids, x, mask: countedPositions(rowNorms(x, dIn), threshold), cleanLoss });
    emit({ kind: 'progress', phase: 'reading', done: windows.length, total: planned.length, unit: 'windows' });
  }
  return windows;
}

async function lossesOf(
  spliced: SplicedModel,
  { ids, mask, cleanLoss }: Window,
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
function meanOf(windows: readonly Window[], dIn: number): Float32Array {
  const sum = new Float64Array(dIn);
  let rows = 0;
  for (const { x, mask } of windows)
    for (const [at, counts] of mask.entries()) {
      if (counts === 0) continue;
      rows++;
      for (let i = 0; i < dIn; i++) sum[i] += x[at * dIn + i];
    }
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

function added(a: RowSums & LossSums, b: RowSums & LossSums): RowSums & LossSums {
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
