/** Autoencoders from and for other programs: a SAELens folder becomes an artefact, an artefact becomes a folder. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { ModelError } from '../../core/errors.ts';
import { quoted } from '../../core/format/quoted.ts';
import { hookWidth } from '../../core/graph/hooks.ts';
import { siteAt } from '../../core/graph/interventionSites.ts';
import { isSameModelName } from '../../core/models/sameModel.ts';
import { parseHookPlace, type HookPlace } from '../../core/sae/hookPlace.ts';
import type { NeuronpediaFeature } from '../../core/sae/neuronpediaFeature.ts';
import type { Sae } from '../../core/sae/sae.ts';
import type { SaeExportParams, SaeExportResult, SaeImportParams, SaeImportResult } from '../../protocol/saeTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import type { WorkContext } from '../workContext.ts';
import { writeNeuronpediaFolder } from './neuronpediaFolder.ts';
import { neuronpediaEvidence } from './features/neuronpediaEvidence.ts';
import { loadSae, saveSae } from './saeArtefact.ts';
import { readSaeLensFolder, writeSaeLensFolder } from './saeLensFolder.ts';

type Model = Pick<LoadedModel, 'summary' | 'config'>;

/**
 * Makes an artefact of a SAELens folder, for the model that is open.
 * @throws FormatError of the folder, `unsupported-hook`; ModelError `other-model` where the folder has the fingerprint of
 * another model, `bad-layer`, `other-width`; StoreError `name-exists`
 */
export async function importSae(
  source: ArtefactSource,
  model: Model,
  { folder, name, replace, hook }: SaeImportParams,
  { signal }: Pick<WorkContext, 'signal'>,
): Promise<SaeImportResult> {
  await source.store.assertSavable(name, { replace });
  const { sae, config, folded, sparsity } = readSaeLensFolder(resolve(folder));
  const place = placeOf(hook ?? config.hookName);
  assertOwn(model, config.fingerprint);
  assertReads(model, place, sae);
  const notes = modelNotes(model, config.modelName);
  if (folded.length > 0) notes.push(`folded into the weights: ${folded.join(', ')}`);
  const manifest = await saveSae(
    source.store,
    {
      name,
      method: 'imported',
      hook: place.site,
      layer: place.layer,
      positions: 'not known: it was made by another program',
      seed: 0,
      dataHash: hashOf(sae),
      figures: {},
      medianNorms: [],
      params: {
        modelName: config.modelName ?? null,
        hookName: config.hookName ?? null,
        savedAs: config.architecture,
        folded,
      },
      ...(sparsity ? { sparsity } : {}),
    },
    sae,
    { model, replace, signal },
  );
  return { manifest, notes };
}

/**
 * Writes the folder of an artefact that fits the open model.
 * For Neuronpedia with what is known of the features; where nobody has looked at them they have their vectors only.
 * @throws what `loadSae` and the writers of folders throw
 */
export async function exportSae(
  source: ArtefactSource,
  model: Model,
  { name, out, as }: SaeExportParams,
  { signal }: Pick<WorkContext, 'signal'>,
): Promise<SaeExportResult> {
  const { manifest, sae, hook, layer, sparsity } = await loadSae(source, name, model);
  if (as === 'neuronpedia') {
    const { layers } = model.config;
    const { createdAt } = manifest;
    const of = { modelId: manifest.model.name, layers, layer, hookName: hook, name, createdAt };
    const known = await neuronpediaEvidence(source, name);
    const densityOf = (index: number): NeuronpediaFeature => ({
      index,
      ...(sparsity ? { density: 10 ** sparsity[index] } : {}),
    });
    const files = await writeNeuronpediaFolder(resolve(out), of, sae, { evidenceOf: known ?? densityOf, signal });
    return { folder: resolve(out), files, notes: known ? [] : [noEvidenceNote(name)] };
  }
  const files = await writeSaeLensFolder(resolve(out), sae, saeLensMetadata(manifest, hook), { sparsity, signal });
  return { folder: resolve(out), files, notes: [] };
}

function noEvidenceNote(name: string): string {
  return `nobody has looked at the features of "${name}", so that they have their vectors only: steerscope sae evidence ${name}`;
}

function saeLensMetadata(manifest: ArtefactManifest, hookName: string) {
  return {
    model_name: manifest.model.name,
    hook_name: hookName,
    steerscope_fingerprint: manifest.model.fingerprint,
    steerscope_method: manifest.method,
    steerscope_figures: manifest.figures,
  };
}

function placeOf(hookName: string | undefined): HookPlace {
  if (hookName !== undefined) return parseHookPlace(hookName);
  throw new ModelError(
    'unknown-place',
    'cfg.json does not say which hook this autoencoder reads',
    'Say it: --hook blocks.N.hook_resid_post.',
  );
}

function assertOwn({ summary }: Model, fingerprint: string | undefined): void {
  if (fingerprint !== undefined && fingerprint !== summary.fingerprint)
    throw new ModelError(
      'other-model',
      `this autoencoder was made on a model with the fingerprint ${fingerprint.slice(0, 12)}, ${summary.name} has ${summary.fingerprint.slice(0, 12)}`,
      'Open the model that it was made on (--model), or train one on this: steerscope sae train.',
    );
}

function assertReads({ summary, config }: Model, { site, layer }: HookPlace, { dIn }: Sae): void {
  const width = hookWidth(config, siteAt(config, site, layer).hook);
  if (dIn !== width)
    throw new ModelError(
      'other-width',
      `this autoencoder reads a width of ${dIn}, and ${site} of ${summary.name} is ${width} wide`,
      'It belongs to another model: give that with --model.',
    );
}

/** Names are spelt in many ways, so another name is no proof; whoever imports is told. */
function modelNotes({ summary }: Model, modelName: string | undefined): string[] {
  if (modelName === undefined) return ['the folder does not say of which model it is; width and layer fit'];
  if (isSameModelName(modelName, summary.name)) return [];
  return [`the folder says that it is of ${quoted(modelName)}; the model here is ${summary.name}, of the same width`];
}

/** The data of an import are its weights. */
function hashOf({ wEnc, bEnc, wDec, bDec, threshold }: Sae): string {
  const hash = createHash('sha256');
  for (const part of [wEnc, bEnc, wDec, bDec, threshold])
    if (part) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
}
