/**
 * Neuronpedia's import tree: `MODEL/SOURCE/` with `release`, `model`, `sourceset` and `source` as one JSON line each, and
 * batches of lines under `features`, `activations` and `explanations`. Keys are the columns of its tables; what is not known
 * is empty, as its own exports have it. Makes the records; compressing and writing is for whoever has the disk.
 */
import { decoderRow } from '../sae/features.ts';
import type { NeuronpediaFeature } from '../sae/neuronpediaFeature.ts';
import type { Sae } from '../sae/sae.ts';
import type { JsonObject } from '../artefact/json.ts';

export interface NeuronpediaSource {
  readonly modelId: string;
  readonly layers: number;
  readonly layer: number;
  /** TransformerLens' full name. */
  readonly hookName: string;
  /** Of the artefact: it tells autoencoders of one layer apart. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What kind of value an autoencoder reads, in the words of Neuronpedia's source sets. */
const KINDS: readonly (readonly [hook: string, word: string])[] = [
  ['hook_resid', 'res'],
  ['attn', 'att'],
  ['mlp', 'mlp'],
];

const CREATOR = 'steerscope';
/** What Neuronpedia steers by at first. */
const DEFAULT_STRENGTH = 10;

/** `res-NAME`: the source set of all layers that were made alike. */
export function sourceSetName({ hookName, name }: NeuronpediaSource): string {
  const [, word = 'sae'] = KINDS.find(([hook]) => hookName.includes(hook)) ?? [];
  return `${word}-${name}`;
}

/** `12-res-NAME`. */
export function sourceId(source: NeuronpediaSource): string {
  return `${source.layer}-${sourceSetName(source)}`;
}

/** The four records that say what the features are of, by the names of their files without the ending. */
export function sourceRecords(source: NeuronpediaSource): Readonly<Record<string, JsonObject>> {
  const { modelId, layers, createdAt } = source;
  const [set, id] = [sourceSetName(source), sourceId(source)];
  const made = { creatorId: CREATOR, createdAt };
  return {
    release: {
      name: set,
      description: `Sparse autoencoders of ${modelId}`,
      isNewUi: true,
      visibility: 'PRIVATE',
      ...made,
    },
    model: { id: modelId, displayName: modelId, layers, owner: '', visibility: 'PRIVATE', ...made },
    sourceset: {
      modelId,
      name: set,
      releaseName: set,
      hasDashboards: true,
      allowInferenceSearch: false,
      visibility: 'PRIVATE',
      ...made,
    },
    source: { id, modelId, setName: set, hasDashboards: true, visibility: 'PRIVATE', ...made },
  };
}

/** A feature, by what it writes and what is known of it. */
export function featureRecord(source: NeuronpediaSource, sae: Sae, feature: NeuronpediaFeature): JsonObject {
  const { promoted = [], suppressed = [], nearest = [], bars } = feature;
  return {
    ...placeOf(source, feature.index),
    sourceSetName: sourceSetName(source),
    creatorId: CREATOR,
    createdAt: source.createdAt,
    maxActApprox: feature.max ?? 0,
    hasVector: true,
    vector: Array.from(decoderRow(sae, feature.index)),
    vectorLabel: feature.label ?? '',
    vectorDefaultSteerStrength: DEFAULT_STRENGTH,
    hookName: source.hookName,
    topkCosSimIndices: nearest.map(([index]) => index),
    topkCosSimValues: nearest.map(([, cosine]) => cosine),
    pos_str: promoted.map(([token]) => token),
    pos_values: promoted.map(([, logit]) => logit),
    neg_str: suppressed.map(([token]) => token),
    neg_values: suppressed.map(([, logit]) => logit),
    frac_nonzero: feature.density ?? 0,
    freq_hist_data_bar_heights: bars?.heights ?? [],
    freq_hist_data_bar_values: bars?.values ?? [],
    ...Object.fromEntries(NOT_MEASURED.map((key) => [key, []])),
  };
}

/** Columns that other dashboards fill. */
const NOT_MEASURED = [
  'logits_hist_data_bar_heights',
  'logits_hist_data_bar_values',
  'decoder_weights_dist',
  ...['neuron_alignment_indices', 'neuron_alignment_values', 'neuron_alignment_l1'],
  ...['correlated_neurons_indices', 'correlated_neurons_pearson', 'correlated_neurons_l1'],
  ...['correlated_features_indices', 'correlated_features_pearson', 'correlated_features_l1'],
];

/** A record for each context in which a feature is active. */
export function activationRecords(
  source: NeuronpediaSource,
  { index, contexts = [] }: NeuronpediaFeature,
): JsonObject[] {
  return contexts.map(({ tokens, values }, i) => {
    const maxValue = Math.max(...values);
    return {
      id: `${source.modelId}-${sourceId(source)}-${index}-${i}`,
      ...placeOf(source, index),
      tokens,
      values,
      maxValue,
      maxValueTokenIndex: values.indexOf(maxValue),
      minValue: Math.min(...values),
      dataIndex: String(i),
      dfaValues: [],
      lossValues: [],
      logitContributions: null,
      creatorId: CREATOR,
      createdAt: source.createdAt,
    };
  });
}

/** The label of a feature, where it has one. */
export function explanationRecords(source: NeuronpediaSource, { index, label }: NeuronpediaFeature): JsonObject[] {
  if (label === undefined || label === '') return [];
  return [
    {
      id: `${source.modelId}-${sourceId(source)}-${index}`,
      ...placeOf(source, index),
      description: label,
      authorId: CREATOR,
      typeName: null,
      explanationModelName: null,
      createdAt: source.createdAt,
    },
  ];
}

/** Of which feature a record is: `layer` is the source's id, and the index is text. */
function placeOf(source: NeuronpediaSource, index: number): JsonObject {
  return { modelId: source.modelId, layer: sourceId(source), index: String(index) };
}
