/** The methods of the fake engine about autoencoders: each says what it was asked for, where its answer has room for words. */
import type { SaeCollectService } from '../../src/protocol/saeCollectTypes.ts';
import type { SaeFeatureService } from '../../src/protocol/saeFeatureTypes.ts';
import type { SaeService } from '../../src/protocol/saeTypes.ts';
import type { ArtefactManifest } from '../../src/core/artefact/manifest.ts';
import { UsageError } from '../../src/core/errors.ts';
import { sampleCard, sampleFeature, sampleRow } from '../unit/sae/sampleEvidence.ts';

type Manifest = (name: string, more?: Partial<ArtefactManifest>) => ArtefactManifest;

const { files, ...card } = { ...sampleCard(3), corpus: 'held\u001b[31m-out' };
const CARD = { ...card, files: files.length };

/** Of what was asked, what JSON can say. */
const asked = (params: unknown): string => JSON.stringify(params);

export function fakeSae(manifest: Manifest): SaeService & SaeCollectService & SaeFeatureService {
  return {
    saeImport: async (params) => ({ manifest: manifest(params.name, { kind: 'sae' }), notes: [asked(params)] }),
    saeEval: async (params) => ({
      ...{ name: params.name, hook: 'blocks.1.hook_resid_post', architecture: 'topk', dIn: 4, dSae: 8, documents: 3 },
      ...{ rows: 6000, excluded: { first: 7, massive: 2 }, l0: [32, 31, 33], explainedVariance: [0.8, 0.75, 0.85] },
      ...{ l0Median: 32, l0Quantiles: [30, 34], effectiveFeatures: 6, superposition: 1.5 },
      density: { dead: 0.125, deadBelow: 0.0005, dense: [0.5, 0.25], histogram: [{ from: -1, to: 0, features: 7 }] },
      ...(params.on.kind === 'activations'
        ? {}
        : {
            splice: {
              ceRecovered: [0.9, 0.85, 0.95],
              ceRecoveredFromZero: [0.95, 0.9, 0.99],
              crossEntropy: { clean: 1, spliced: 1.5, meanAblated: 6, zeroAblated: 11 },
            },
          }),
      notes: [asked(params)],
    }),
    saeTrain: async (params, { emit }) => {
      const figures = { loss: 2.5, l0: 32, explainedVariance: 0.875, dead: 0.0625, learningRate: 1e-3 };
      const at = (step: number) => ({ step, ...figures, ...(step === 3 ? { heldOut: 0.75 } : {}) });
      emit({ kind: 'training', steps: 3, figures: at(1), vectorsPerSecond: 5000 });
      // What was asked for comes back as a figure of the card, for a test to read.
      const made = manifest(params.name, { kind: 'sae', params: JSON.parse(JSON.stringify(params)) });
      return { manifest: made, curve: [at(1), at(2), at(3)], run: { steps: 3, ms: 1500 } };
    },
    saeExport: async (params) => ({ folder: params.out, files: ['cfg.json'], notes: [asked(params)] }),
    saeCollect: async (params) => ({
      ...{ folder: params.out, hook: params.hook, layer: params.layer, dIn: 4, dtype: params.dtype, precision: 'fast' },
      ...{ corpusHash: asked(params), splitBy: 'package', files: 2, leftOut: { binary: 1 }, tokens: 1000 },
      rows: { heldOut: 100, train: 890 },
      packages: { a: { heldOut: 0, train: 890 }, b: { heldOut: 100, train: 0 } },
      languages: { rust: { heldOut: 100, train: 890 } },
      ...{ excluded: { first: 9, massive: 1, threshold: 1800 }, meanNorm: 190, medianNorm: 180, bytes: 8000 },
      ...{ bufferBytes: 4000, run: { tokens: 1000, ms: 500 } },
    }),
    saeEvidence: async (params) => ({
      card: CARD,
      silent: 1,
      selective: { python: 0, rust: 2 },
      notes: [asked(params)],
    }),
    saeFeatures: async (params) => ({
      name: asked(params),
      card: CARD,
      found: 2,
      features: [{ ...sampleRow(0), ownLabel: 'mine\u001b[31m' }, sampleRow(1)],
    }),
    saeFeature: async ({ index }) => {
      if (index >= card.dSae) throw new UsageError('no-feature', `there is no feature ${index}`, 'They are 0 to 2.');
      const feature = sampleFeature(index);
      return {
        ...feature,
        density: 0.04,
        nearestLabels: feature.nearest.map(([other]) => `label ${other}`),
        files: { 0: files[0], 1: files[1] },
      };
    },
    saeDirection: async (params) => manifest(params.name, { params: JSON.parse(asked(params)) }),
    saeLabel: async () => null,
    saeFires: async (params) => ({
      ...{
        name: asked(params),
        layer: 1,
        hook: 'blocks.1.hook_resid_post',
        ids: [97, 98],
        pieces: { 97: 'a', 98: 'b' },
      },
      ...{ first: 0, leftOut: [0], features: [[], [[2, 1.5]]], active: [0, 4], labels: { 2: 'on "b"' } },
    }),
  };
}
