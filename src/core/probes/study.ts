/**
 * A study of probes: for each place in the blocks that was probed, how well every layer tells the languages apart, with its
 * controls. It is kept as JSON and read again by this or a later version, so reading is strict. Types and checks.
 */
import * as v from 'valibot';
import { LANGUAGE_IDS, type LanguageId } from '../language/languages.ts';
import type { Interval } from '../stats/wilson.ts';

/** What probes of one layer get right of rows that they have not seen, split by task. */
export interface ProbeLayer {
  /** From 0; -1 is the embedding. */
  readonly layer: number;
  /** Of the logistic probe, with its 95% Wilson interval. */
  readonly accuracy: Interval;
  /** What naming the commonest class gets right. */
  readonly majority: number;
  /** Of probes that were fitted on shuffled labels. */
  readonly shuffled: number;
  /** Of the nearest class mean; absent in results that were kept before it was measured, as the next one is. */
  readonly centroids?: Interval;
  /** How often the logistic probe took each class for each: [class][guess]. */
  readonly confusion?: readonly (readonly number[])[];
}

export interface ProbeResult {
  /** The languages, in the order of the classes. */
  readonly labels: readonly string[];
  readonly n: number;
  /** The *written so far* probe: a token inside the body of the code. */
  readonly layers: readonly ProbeLayer[];
  /** The same probe on the embedding, which knows the token and nothing else: what the layers must beat. */
  readonly embedding: ProbeLayer;
  /** The *asked for* probe: the last token of a prompt that names the language. */
  readonly askedFor: readonly ProbeLayer[];
  /** The embedding of that token; absent in results that were kept before it was measured. */
  readonly askedForEmbedding?: ProbeLayer;
  readonly position: string;
}

/** The layer of the highest accuracy; of equals the lowest. Undefined where there is none. */
export function bestLayer(layers: readonly ProbeLayer[]): ProbeLayer | undefined {
  return layers.reduce<ProbeLayer | undefined>(
    (best, layer) => (best === undefined || layer.accuracy[0] > best.accuracy[0] ? layer : best),
    undefined,
  );
}

/** What is asked: which languages, where in a block, and the seed of folds and shuffles. */
export interface ProbeQuestion {
  readonly languages: readonly LanguageId[];
  /** Hooks of the blocks without their `hook_`; the first is the one that is asked about, others are compared with it. */
  readonly hooks: readonly string[];
  readonly seed: number;
}

/** Changes when a field changes its meaning. */
export const PROBE_STUDY_VERSION = 1;

export interface ProbeStudy extends ProbeQuestion {
  readonly version: typeof PROBE_STUDY_VERSION;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly end: 'complete' | 'cancelled' | 'failed';
  readonly model: { readonly name: string; readonly precision: string; readonly fingerprint: string };
  readonly software: string;
  /** One for each hook, in their order; fewer where the study was broken off. */
  readonly results: readonly ProbeResult[];
}

/** More than any model has, and far less than what would stall a window. */
const MAX_LAYERS = 1000;
const MAX_HOOKS = 8;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const interval = v.strictTuple([share, share, share]);
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(400));

/** The shape of a layer's figures. */
export const probeLayerSchema: v.GenericSchema<unknown, ProbeLayer> = v.strictObject({
  layer: v.pipe(v.number(), v.safeInteger(), v.minValue(-1)),
  accuracy: interval,
  majority: share,
  shuffled: share,
  centroids: v.exactOptional(interval),
  confusion: v.exactOptional(v.array(v.array(count))),
});

const layers = v.pipe(v.array(probeLayerSchema), v.minLength(1), v.maxLength(MAX_LAYERS));

/** The shape of one probing. */
export const probeResultSchema: v.GenericSchema<unknown, ProbeResult> = v.strictObject({
  labels: v.array(word),
  n: count,
  layers,
  embedding: probeLayerSchema,
  askedFor: v.pipe(v.array(probeLayerSchema), v.maxLength(MAX_LAYERS)),
  askedForEmbedding: v.exactOptional(probeLayerSchema),
  position: v.string(),
});

const studySchema: v.GenericSchema<unknown, ProbeStudy> = v.strictObject({
  version: v.literal(PROBE_STUDY_VERSION),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  elapsedMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
  end: v.picklist(['complete', 'cancelled', 'failed']),
  model: v.strictObject({ name: word, precision: word, fingerprint: word }),
  software: word,
  languages: v.pipe(v.array(v.picklist(LANGUAGE_IDS)), v.minLength(2)),
  hooks: v.pipe(v.array(word), v.minLength(1), v.maxLength(MAX_HOOKS)),
  seed: count,
  results: v.pipe(v.array(probeResultSchema), v.minLength(1), v.maxLength(MAX_HOOKS)),
});

/** The study that a value is, or undefined: it was in a file, which may be of anyone. */
export function readProbeStudy(value: unknown): ProbeStudy | undefined {
  const read = v.safeParse(studySchema, value);
  return read.success ? read.output : undefined;
}
