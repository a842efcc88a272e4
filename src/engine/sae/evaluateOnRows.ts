/**
 * Evaluates an autoencoder on the held-out rows of an activation store. No text is run, so that many more activations are
 * seen than on text: enough to tell a feature that is dead from one that is rare.
 */
import { StoreError } from '../../core/errors.ts';
import { SITE_KINDS, type SiteName } from '../../core/graph/interventionSites.ts';
import { reconstructionOf, squaredDistance, type RowSums } from '../../core/sae/evaluation.ts';
import { decode } from '../../core/sae/features.ts';
import { FeatureTally, activityOf } from '../../core/sae/featureTally.ts';
import { createRandom } from '../../core/stats/random.ts';
import type { SaeEvalResult } from '../../protocol/saeTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { WorkContext } from '../workContext.ts';
import { letMessagesIn } from '../turn.ts';
import { openActivationStore, type ActivationStore, type StoredWindow } from './activationStore.ts';
import type { LoadedSae } from './saeArtefact.ts';
import { SaeEncoder } from './saeEncoder.ts';

export interface RowsParams {
  readonly folder: string;
  /** At the most; all where absent. */
  readonly rows?: number;
  readonly seed: number;
}

/** @throws what `openActivationStore` throws; StoreError `no-rows` where nothing is held out; CancelledError between windows */
export async function evaluateOnRows(
  model: LoadedModel,
  { sae, site, layer, hook, manifest, notes }: LoadedSae,
  { folder, rows = Infinity, seed }: RowsParams,
  { signal, emit }: WorkContext,
): Promise<SaeEvalResult> {
  const store = await openActivationStore(folder, { model: model.fingerprint, hook: placeIn(site), layer });
  const total = Math.min(rows, store.rows('heldOut'));
  const tally = new FeatureTally(sae.dSae);
  const documents = new Map<string, DocumentRows>();
  const excluded = { first: 0, massive: 0 };
  const encoder = await SaeEncoder.open(model, sae);
  try {
    for await (const { file, ids, offsets, x } of someWindows(store, total, seed)) {
      await letMessagesIn(signal);
      const features = await encoder.encode(x);
      tally.add(features);
      const document = documents.get(file.path) ?? new DocumentRows(sae.dIn);
      documents.set(file.path, document);
      document.add(x, features.indices.length, squaredDistance(x, decode(sae, features)));
      excluded.first++;
      excluded.massive += ids.length - 1 - offsets.length;
      emit({ kind: 'progress', phase: 'evaluating', done: tally.rows, total, unit: 'activations' });
    }
  } finally {
    await encoder.release();
  }
  if (tally.rows === 0)
    throw new StoreError('no-rows', `${folder} has no held-out rows`, 'Collect from a corpus of several packages.');
  const all = [...documents.values()];
  const mean = meanOf(all, sae.dIn);
  return {
    name: manifest.name,
    ...{ hook, dIn: sae.dIn, dSae: sae.dSae, architecture: sae.architecture, documents: all.length, excluded },
    ...activityOf(tally, sae.dIn),
    ...reconstructionOf(
      all.map((document) => document.sums(mean)),
      createRandom(seed),
    ),
    notes,
  };
}

/** As a store names the place inside a block. */
function placeIn(site: SiteName): string {
  return SITE_KINDS[site].hook.replace(/^hook_/, '');
}

/** Windows with about `rows` rows, of all files alike: each is drawn or not. */
async function* someWindows(store: ActivationStore, rows: number, seed: number): AsyncGenerator<StoredWindow> {
  const random = createRandom(seed);
  const share = rows / store.rows('heldOut');
  for await (const window of store.windows('heldOut'))
    if (window.offsets.length > 0 && random.next() < share) yield window;
}

/** Sums over the rows of one file, from which the variance about a mean follows that is known only in the end. */
class DocumentRows {
  rows = 0;
  readonly sum: Float64Array; // [dIn]
  #active = 0;
  #residual = 0;
  #squares = 0;

  constructor(private readonly dIn: number) {
    this.sum = new Float64Array(dIn);
  }

  /** @param x [rows, dIn] @param residual the sum of |x - xHat|^2 */
  add(x: Float32Array, active: number, residual: number): void {
    this.rows += x.length / this.dIn;
    this.#active += active;
    this.#residual += residual;
    for (let i = 0; i < x.length; i++) {
      this.sum[i % this.dIn] += x[i];
      this.#squares += x[i] * x[i];
    }
  }

  /** sum |x - mean|^2 = sum |x|^2 - 2 mean . sum x + rows |mean|^2 */
  sums(mean: Float64Array): RowSums {
    let variance = this.#squares;
    for (let i = 0; i < this.dIn; i++) variance += mean[i] * (this.rows * mean[i] - 2 * this.sum[i]);
    return { rows: this.rows, active: this.#active, residual: this.#residual, variance };
  }
}

/** Of all rows, [dIn]. */
function meanOf(documents: readonly DocumentRows[], dIn: number): Float64Array {
  const rows = documents.reduce((sum, document) => sum + document.rows, 0);
  return Float64Array.from(
    { length: dIn },
    (_, i) => documents.reduce((sum, document) => sum + document.sum[i], 0) / rows,
  );
}
