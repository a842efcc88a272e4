/** A sparse autoencoder as an artefact: how it lies in the store, and that it belongs to the model that it is loaded for. */
import * as v from 'valibot';
import { assertFits } from '../../core/artefact/fits.ts';
import type { JsonObject } from '../../core/artefact/json.ts';
import type { ArtefactManifest, ManifestDraft, Precision } from '../../core/artefact/manifest.ts';
import { FormatError, ModelError } from '../../core/errors.ts';
import { hookWidth, type HookName } from '../../core/graph/hooks.ts';
import { SITE_NAMES, siteAt, siteNamed, type SiteName } from '../../core/graph/interventionSites.ts';
import { ARCHITECTURES, checkSae, type Sae } from '../../core/sae/sae.ts';
import { assertSae } from '../../core/sae/saeRecord.ts';
import { VERSION } from '../../protocol/version.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { modelRecord } from '../model/modelRecord.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import { saeTensor, saeTensors, type SaeDtype } from './saeTensors.ts';
import { forgetFeatures } from './features/featureFolder.ts';
import type { ArtefactStore, SaveOptions, StoredTensor } from '../store/store.ts';

/** How it was made: trained here with one of these, or brought along. */
export const SAE_METHODS = ['topk', 'batchtopk', 'jumprelu', 'relu', 'imported'] as const;
export type SaeMethod = (typeof SAE_METHODS)[number];

/** What whoever makes an autoencoder says of it. */
export interface SaeDraft extends Pick<
  ManifestDraft,
  'name' | 'positions' | 'seed' | 'dataHash' | 'figures' | 'medianNorms'
> {
  readonly method: SaeMethod;
  /** Where it reads, by TransformerLens' short names. */
  readonly hook: SiteName;
  readonly layer: number;
  /** What the activations were taken in, where that is not what the model runs in now. */
  readonly precision?: Precision;
  /** How it was trained, or where it comes from; what the autoencoder itself says is added. */
  readonly params?: JsonObject;
  /** Default: float32. */
  readonly dtype?: SaeDtype;
  /** log10 of how often each feature is active, [dSae]. */
  readonly sparsity?: Float32Array;
}

export interface SaeSaveOptions extends SaveOptions {
  /** The model that it reads, of which the record is kept. */
  readonly model: Pick<LoadedModel, 'summary' | 'config'>;
}

/** An autoencoder in its place. */
export interface LoadedSae {
  readonly manifest: ArtefactManifest;
  readonly sae: Sae;
  /** log10 of how often each feature is active, [dSae]; absent where nobody measured it. */
  readonly sparsity?: Float32Array;
  readonly site: SiteName;
  readonly layer: number;
  /** The full name of the hook that it reads. */
  readonly hook: HookName;
  /** How the model that it was made on differs without forbidding its use. */
  readonly notes: readonly string[];
}

/** The same in less room, for another store: with `int8` it takes a quarter. What is known of its features stays behind. */
export async function repackSae(from: ArtefactStore, to: ArtefactStore, name: string, dtype: SaeDtype): Promise<void> {
  const { manifest, tensors } = await from.load(name);
  const { schemaVersion: _version, id: _id, createdAt: _created, tensors: _tensors, ...draft } = manifest;
  const sae = saeOf(manifest, tensors);
  const sparsity = tensors.get('sparsity');
  const packed = saeTensors(sae, dtype);
  await to.save(draft satisfies ManifestDraft, sparsity ? packed.set('sparsity', sparsity) : packed);
}

/**
 * Keeps an autoencoder.
 * @throws FormatError `invalid-sae`; UsageError `no-half` where a weight is too large for float16; ModelError `other-width`
 * where it does not fit the hook; what `ArtefactStore.save` throws
 */
export async function saveSae(
  store: ArtefactStore,
  draft: SaeDraft,
  sae: Sae,
  { model, ...options }: SaeSaveOptions,
): Promise<ArtefactManifest> {
  checkSae(sae);
  assertWidth(draft.name, sae, hookWidth(model.config, siteAt(model.config, draft.hook, draft.layer).hook));
  const { dtype = 'float32', layer, precision = model.summary.precision, params, sparsity, ...rest } = draft;
  const manifest: ManifestDraft = {
    ...rest,
    kind: 'sae',
    model: { ...modelRecord(model), precision },
    layers: [layer],
    chatTemplateHash: null,
    scope: 'all',
    strength: 1,
    params: { ...params, ...ownParams(sae) },
    software: VERSION,
  };
  const tensors = saeTensors(sae, dtype);
  if (sparsity) tensors.set('sparsity', { shape: [sae.dSae], data: sparsity });
  const before = options.replace ? await store.show(draft.name).catch(() => undefined) : undefined;
  const saved = await store.save(manifest, tensors, options);
  if (before) await forgetFeatures(store, before);
  return saved;
}

/**
 * The autoencoder of a name, which must have been made on this model.
 * @param where the layer or hook that the caller works at, where there is only one that will do
 * @throws StoreError `unknown-artefact`, `not-an-sae`; what `assertFits` throws for another model; ModelError
 * `other-layer`, `other-hook`, `other-width`; FormatError `invalid-sae`
 */
export async function loadSae(
  source: ArtefactSource,
  name: string,
  model: Pick<LoadedModel, 'summary' | 'config'>,
  where: { readonly hook?: SiteName; readonly layer?: number } = {},
): Promise<LoadedSae> {
  const manifest = await source.show(name);
  assertSae(manifest);
  const notes = assertFits(manifest, { ...model.summary, hooks: SITE_NAMES });
  const [layer] = manifest.layers;
  if (manifest.layers.length !== 1) throw invalid(name, 'its manifest names no single layer');
  const site = siteNamed(manifest.hook);
  assertPlace(name, { hook: site, layer }, where);
  const { hook, size } = siteAt(model.config, site, layer);
  const stored = await source.read(name);
  const sae = saeOf(stored.manifest, stored.tensors);
  checkSae(sae);
  assertWidth(name, sae, size);
  const sparsity = stored.tensors.get('sparsity')?.data;
  return { manifest: stored.manifest, sae, ...(sparsity ? { sparsity } : {}), site, layer, hook, notes };
}

/** What an autoencoder's manifest says of it under `params`. */
function ownParams({ architecture, k, dIn, dSae, applyBDecToInput }: Sae): JsonObject {
  return { architecture, ...(k === undefined ? {} : { k }), dIn, dSae, applyBDecToInput };
}

const paramsSchema = v.object({
  architecture: v.picklist(ARCHITECTURES),
  k: v.optional(v.number()),
  dIn: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  dSae: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  applyBDecToInput: v.boolean(),
});

function saeOf({ name, params }: ArtefactManifest, tensors: ReadonlyMap<string, StoredTensor>): Sae {
  const parsed = v.safeParse(paramsSchema, params);
  if (!parsed.success) throw invalid(name, `its manifest lacks ${v.getDotPath(parsed.issues[0]) ?? 'its parameters'}`);
  const { k, ...own } = parsed.output;
  const { dIn, dSae } = own;
  const tensor = (key: string, ...shape: readonly number[]): Float32Array => {
    try {
      return saeTensor(tensors, key, shape);
    } catch (error) {
      throw FormatError.is(error, 'other-tensors') ? invalid(name, error.message) : error;
    }
  };
  return {
    ...own,
    ...(k === undefined ? {} : { k }),
    wEnc: tensor('W_enc', dIn, dSae),
    bEnc: tensor('b_enc', dSae),
    wDec: tensor('W_dec', dSae, dIn),
    bDec: tensor('b_dec', dIn),
    ...(own.architecture === 'jumprelu' ? { threshold: tensor('threshold', dSae) } : {}),
  };
}

function assertPlace(
  name: string,
  made: { readonly hook: SiteName; readonly layer: number },
  wanted: { readonly hook?: SiteName; readonly layer?: number },
): void {
  if (wanted.hook !== undefined && wanted.hook !== made.hook) throw other(name, 'hook', made.hook, wanted.hook);
  if (wanted.layer !== undefined && wanted.layer !== made.layer)
    throw other(name, 'layer', String(made.layer), String(wanted.layer));
}

function other(name: string, what: 'hook' | 'layer', made: string, wanted: string): ModelError {
  return new ModelError(
    `other-${what}`,
    `"${name}" reads the ${what} ${made}, and ${wanted} is asked for`,
    `Take an autoencoder of that ${what}, or leave the ${what} out.`,
  );
}

function assertWidth(name: string, { dIn }: Sae, width: number): void {
  if (dIn !== width)
    throw new ModelError(
      'other-width',
      `"${name}" reads a width of ${dIn}, and the hook of this model is ${width} wide`,
      'Take an autoencoder of this model and hook, or train one: steerscope sae train.',
    );
}

function invalid(name: string, problem: string): FormatError {
  return new FormatError('invalid-sae', `"${name}" is no autoencoder that can be used: ${problem}`, 'Make it again.');
}
