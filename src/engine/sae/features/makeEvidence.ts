/** Evidence of every feature of an autoencoder: one pass over windows of text, then its decoder. */
import { basename } from 'node:path';
import { throwIfCancelled } from '../../../core/errors.ts';
import type { EvidenceCard, FeatureEvidence } from '../../../core/sae/evidence.ts';
import { EvidenceCollector, type GatheredFeature } from '../../../core/sae/evidenceCollector.ts';
import { automaticLabel } from '../../../core/sae/evidenceLabel.ts';
import { countedPositions, rowNorms } from '../../../core/sae/massive.ts';
import type { SaeEvidenceParams, SaeEvidenceResult } from '../../../protocol/saeFeatureTypes.ts';
import { VERSION } from '../../../protocol/version.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import { assertRoomFor } from '../../model/memory.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import type { WorkContext } from '../../workContext.ts';
import { folderCorpus } from '../corpus/folderCorpus.ts';
import { heldOutCorpus, type HeldOutCorpus } from '../corpus/heldOutCorpus.ts';
import { chooseWindows, type TextWindows } from '../corpus/textWindows.ts';
import { massiveThreshold } from '../massiveThreshold.ts';
import { loadSae, type LoadedSae } from '../saeArtefact.ts';
import { decodeFeatures, nearestFeatures, type DecodedFeature } from './decoderReading.ts';
import { SaeEncoder } from '../saeEncoder.ts';
import { FeatureFiles } from './featureFiles.ts';
import { evidenceSummary } from './listFeatures.ts';

/** Contexts of one file: more would be the same place again. */
const CONTEXTS_PER_FILE = 2;

/** Tokens of a context on either side of its strongest. */
const AROUND = 12;

/** @throws StoreError, ModelError, UsageError as its parts do; CancelledError, and then what there was is as it was */
export async function makeEvidence(
  model: LoadedModel,
  source: ArtefactSource,
  params: SaeEvidenceParams,
  context: WorkContext,
): Promise<SaeEvidenceResult> {
  const files = await FeatureFiles.of(source, params.name);
  const loaded = await loadSae(source, params.name, model);
  context.emit({ kind: 'progress', phase: 'reading files', done: 0, unit: 'files' });
  const { corpus: folder, tokens, windowTokens, seed } = params;
  const corpus = await corpusOf(params, loaded, context);
  const texts = await chooseWindows(model, corpus, { tokens, windowTokens, seed }, context.signal);
  const collector = await collect(model, loaded, texts, params, context);
  const run = texts.windows.reduce((sum, { ids }) => sum + ids.length, 0);
  const decoded = await decodeFeatures(model, loaded.sae, texts.languages, context);
  const nearest = await nearestFeatures(model, loaded.sae, context);
  const features = decoded.map((feature, index) =>
    evidenceOf(model, texts, index, collector.feature(index), feature, nearest[index]),
  );
  const card: EvidenceCard = {
    artefact: loaded.manifest.id,
    createdAt: new Date().toISOString(),
    software: VERSION,
    corpus: params.corpusName ?? basename(folder),
    dSae: loaded.sae.dSae,
    tokens: collector.tokens,
    windowTokens,
    excluded: { first: texts.windows.length, massive: run - texts.windows.length - collector.tokens },
    languages: texts.languages,
    windows: texts.languages.map(
      (language) => texts.windows.filter(({ file }) => texts.files[file].language === language).length,
    ),
    files: texts.files,
    contexts: params.contexts,
    contextsPerFile: CONTEXTS_PER_FILE,
  };
  throwIfCancelled(context.signal);
  await files.writeEvidence(card, features, context.signal);
  return evidenceSummary(card, features, corpus.notes);
}

async function corpusOf(
  { corpus: folder, heldOut = false, seed }: SaeEvidenceParams,
  { manifest }: LoadedSae,
  context: WorkContext,
): Promise<HeldOutCorpus> {
  return heldOut
    ? heldOutCorpus(folder, manifest, seed, context)
    : { ...(await folderCorpus(folder, context)), notes: [] };
}

/** Runs every window. */
async function collect(
  model: LoadedModel,
  loaded: LoadedSae,
  { files, languages, windows }: TextWindows,
  { contexts }: SaeEvidenceParams,
  { signal, emit }: WorkContext,
): Promise<EvidenceCollector> {
  const { sae, hook } = loaded;
  const threshold = await massiveThreshold(model, loaded);
  assertRoomFor(
    sae.dSae * windows.length * Float32Array.BYTES_PER_ELEMENT,
    `the largest activations of ${sae.dSae} features in ${windows.length} windows`,
    'Look at fewer tokens, or in longer windows.',
  );
  const collector = new EvidenceCollector({
    dSae: sae.dSae,
    languages: languages.length,
    windows: windows.length,
    contexts,
    contextsPerFile: CONTEXTS_PER_FILE,
    around: AROUND,
  });
  const encoder = await SaeEncoder.open(model, sae);
  try {
    for (const [done, { file, start, ids }] of windows.entries()) {
      emit({ kind: 'progress', phase: 'looking at features', done, total: windows.length, unit: 'windows' });
      throwIfCancelled(signal);
      // As what it was trained on was collected: as far as the hook, and no further.
      const values = (await model.observed.runRows([ids], [hook])).get(hook) ?? new Float32Array(0);
      const features = await encoder.encode(values);
      const language = languages.indexOf(files[file].language);
      const counted = countedPositions(rowNorms(values, sae.dIn), threshold);
      collector.add({ file, language, start, ids, features, counted });
    }
  } finally {
    await encoder.release();
  }
  return collector;
}

function evidenceOf(
  { tokenizer }: LoadedModel,
  { languages }: TextWindows,
  index: number,
  { aurocs, contexts: gathered, ...figures }: GatheredFeature,
  { promoted, suppressed, lifts }: DecodedFeature,
  nearest: FeatureEvidence['nearest'],
): FeatureEvidence {
  const contexts = gathered.map(({ file, position, ids, values, at }) => ({
    file,
    position,
    pieces: ids.map((id) => tokenizer.piece(id)),
    values,
    at,
  }));
  const selectivity = languages.map((language, i) => ({ language, auroc: aurocs[i], lift: lifts[i] }));
  const label = automaticLabel({ contexts, selectivity, promoted });
  return { index, label, ...figures, contexts, promoted, suppressed, selectivity, nearest };
}
