/**
 * The artefact that reads lines: which languages, at which layer, by which linear probe; kept in a store, and found again
 * for the model that it was made on. Those that ship lie in a store of their own, which is only read.
 */
import * as v from 'valibot';
import { assertFits } from '../../core/artefact/fits.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { FormatError, ModelError } from '../../core/errors.ts';
import { LANGUAGE_IDS, type LanguageId } from '../../core/language/languages.ts';
import type { LinearProbe } from '../../core/probes/linear.ts';
import { fittable } from '../generate/steerChoice.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { openStore, type ArtefactStore, type StoredTensor } from '../store/store.ts';
import { layerTensors, layersFrom } from './layerProbes.ts';

/** The method of its manifest. */
export const LINE_PROBE_METHOD = 'language-probe';

export interface LineProbe {
  readonly name: string;
  readonly languages: readonly LanguageId[];
  readonly layer: number;
  readonly probe: LinearProbe;
  /** One for each layer; absent in artefacts of before these were kept. */
  readonly byLayer?: readonly LinearProbe[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What it was fitted on, in words. */
  readonly positions: string;
  /** How the model that it was made on differs without forbidding its use. */
  readonly notes: readonly string[];
}

const params = v.object({ languages: v.pipe(v.array(v.picklist(LANGUAGE_IDS)), v.minLength(2)) });

/** What the store keeps of a probe. @param byLayer one for each layer of the model */
export function probeTensors(
  { classes, weights, bias, mean, scale }: LinearProbe,
  byLayer: readonly LinearProbe[] = [],
): Map<string, StoredTensor> {
  const d = mean.length;
  return new Map([
    ['weights', { shape: [classes, d], data: weights }],
    ['bias', { shape: [classes], data: bias }],
    ['mean', { shape: [d], data: mean }],
    ['scale', { shape: [d], data: scale }],
    ...layerTensors(byLayer),
  ]);
}

/**
 * The probe for a model: the user's own where one fits, else the one that ships.
 * @throws ModelError `no-line-probe` where there is none at all; the refusal of `assertFits` where there are some, all of
 * other models; FormatError `invalid-probe`; StoreError `damaged-artefact`
 */
export async function findLineProbe(model: LoadedModel, own: ArtefactStore, shippedFolder: string): Promise<LineProbe> {
  return firstProbe(model, own, shippedFolder, (found) => found);
}

/** A probe that has one for each layer. */
export type LayerProbes = LineProbe & Required<Pick<LineProbe, 'byLayer'>>;

/**
 * The same, of probes that have one for each layer.
 * @throws ModelError `no-layer-probes` where what there is reads one layer alone; what {@link findLineProbe} throws
 */
export async function findLayerProbes(
  model: LoadedModel,
  own: ArtefactStore,
  shippedFolder: string,
): Promise<LayerProbes> {
  return firstProbe(model, own, shippedFolder, (found) => {
    const { name, layer, byLayer } = found;
    if (byLayer) return { ...found, byLayer };
    throw new ModelError(
      'no-layer-probes',
      `the probe "${name}" reads layer ${layer} alone: it was made before a probe of every layer was kept`,
      'Make it again: steerscope lines --fit. It takes some minutes.',
    );
  });
}

/** The first probe that fits the model and that `take` does not refuse with a ModelError. */
async function firstProbe<T>(
  model: LoadedModel,
  own: ArtefactStore,
  shippedFolder: string,
  take: (found: LineProbe) => T,
): Promise<T> {
  let refusal: ModelError | undefined;
  for (const store of [own, openStore(shippedFolder)]) {
    for (const manifest of (await store.list()).artefacts.filter(isLineProbe)) {
      try {
        const notes = assertFits(manifest, fittable(model));
        return take(await load(store, manifest, notes, model.config.dModel));
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        // That there is one of this model says more than that there are some of others.
        if (refusal?.reason !== 'no-layer-probes') refusal = error;
      }
    }
  }
  if (refusal?.reason === 'no-layer-probes') throw refusal;
  throw new ModelError(
    'no-line-probe',
    `no probe of languages was made on this model${refusal ? `: ${refusal.message}` : ''}`,
    'Make one: steerscope lines --fit. It takes some minutes.',
  );
}

function isLineProbe({ kind, method }: ArtefactManifest): boolean {
  return kind === 'probe' && method === LINE_PROBE_METHOD;
}

async function load(
  store: ArtefactStore,
  { name }: ArtefactManifest,
  notes: readonly string[],
  d: number,
): Promise<LineProbe> {
  const { manifest, tensors } = await store.load(name);
  const parsed = v.safeParse(params, manifest.params);
  const [layer] = manifest.layers;
  if (!parsed.success || manifest.layers.length !== 1)
    throw invalid(name, 'its manifest names no languages, or no one layer');
  const { languages } = parsed.output;
  const classes = languages.length;
  const tensor = (key: string, length: number): Float32Array => {
    const data = tensors.get(key)?.data;
    if (data?.length === length) return data;
    throw invalid(name, `its tensor ${key} has ${data?.length ?? 0} numbers in place of ${length}`);
  };
  const probe = {
    classes,
    weights: tensor('weights', classes * d),
    bias: tensor('bias', classes),
    mean: tensor('mean', d),
    scale: tensor('scale', d),
  };
  const { createdAt, positions } = manifest;
  const byLayer = layersFrom(tensors, tensor, { layers: manifest.model.layers, classes, d });
  return { name, languages, layer, probe, createdAt, positions, notes, ...(byLayer ? { byLayer } : {}) };
}

function invalid(name: string, problem: string): FormatError {
  return new FormatError(
    'invalid-probe',
    `"${name}" is no probe that can be used: ${problem}`,
    'Remove it and make it again: steerscope lines --fit.',
  );
}
