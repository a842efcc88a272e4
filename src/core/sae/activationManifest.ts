/**
 * The manifest of an activation store: what was to be collected (`plan`, which never changes, so that a run that was broken
 * off goes on only as the same run) and how far it has come. Types and checks only; the files are `engine/sae/store`.
 */
import * as v from 'valibot';
import { FormatError } from '../errors.ts';
import { quoted } from '../format/quoted.ts';
import { PRECISIONS, type Precision } from '../weights/precision.ts';

/** Changes whenever a field changes its meaning, comes or goes. Other versions are refused, never guessed at. */
export const ACTIVATIONS_VERSION = 1;

/** What is trained on, and what is only measured on: no package is in both. */
export const PARTS = ['heldOut', 'train'] as const;
export type Part = (typeof PARTS)[number];

export const STORE_DTYPES = ['float16', 'float32'] as const;
export type StoreDtype = (typeof STORE_DTYPES)[number];

export const BYTES_PER_NUMBER: Readonly<Record<StoreDtype, number>> = { float16: 2, float32: 4 };

/** A text of the corpus. */
export interface CorpusFile {
  /** Inside the corpus, with `/`. */
  readonly path: string;
  readonly package: string;
  /** An id of the registry of languages. */
  readonly language: string;
}

/** A text that is collected from. */
export interface PlannedFile extends CorpusFile {
  readonly part: Part;
  /** Tokens that it is read up to, from its beginning; a BOS is not counted. */
  readonly tokens: number;
}

/** Everything that the rows of a store depend on. */
export interface CollectionPlan {
  readonly model: {
    readonly name: string;
    readonly fingerprint: string;
    readonly precision: Precision;
  };
  /** The place inside a block, without TransformerLens' prefix: `resid_post` for `blocks.N.hook_resid_post`. */
  readonly hook: string;
  readonly layer: number;
  readonly dIn: number;
  readonly dtype: StoreDtype;
  /** Tokens that run together, BOS and all, at the most. */
  readonly window: number;
  /** Windows in one run, at the most. */
  readonly batch: number;
  /** Whether each window begins with the model's BOS. */
  readonly bos: boolean;
  readonly seed: number;
  readonly corpus: {
    /** SHA-256 over the paths and contents of all texts that were kept. */
    readonly hash: string;
    /** `file` where the corpus has one package only, so that texts of one package are in both parts. */
    readonly splitBy: 'package' | 'file';
    /** Texts that were left out of the corpus, by reason. */
    readonly leftOut: Readonly<Record<string, number>>;
  };
  /** In the order in which they are run: all of the held-out part, then all of the other. */
  readonly files: readonly PlannedFile[];
}

/**
 * Rows that are left out on purpose. Single positions of a model's stream have norms of tens to thousands of times
 * those of all others (Sun et al. 2024, arXiv 2402.17762): the first of a window, and now and then one more. They say
 * nothing of their token, and a squared error sees hardly anything else. Left out are the first position and what is longer
 * than `multiple` times the median, as in dictionary_learning; Gemma Scope and SAELens leave the BOS out.
 */
export interface MassiveRule {
  readonly multiple: number;
  /** Of the norms of the first runs of the part `train`, the first position left aside. */
  readonly medianNorm: number;
}

export interface ShardRecord {
  /** Its name in the folder. */
  readonly file: string;
  readonly part: Part;
  readonly rows: number;
  readonly windows: number;
  /** Of the whole file. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface StoreManifest {
  readonly schemaVersion: typeof ACTIVATIONS_VERSION;
  /** ISO 8601, UTC: when the run began. */
  readonly createdAt: string;
  /** The version of Steerscope that began it. */
  readonly software: string;
  readonly plan: CollectionPlan;
  readonly massive: MassiveRule;
  /** In the order in which they were written. */
  readonly shards: readonly ShardRecord[];
  /** Runs whose rows are in the shards; the next one is where a run that was broken off goes on. */
  readonly batchesDone: number;
  readonly complete: boolean;
  /** Positions that were left out: those at the beginning of a window, and those of {@link MassiveRule}. */
  readonly excluded: { readonly first: number; readonly massive: number };
  /** Rows kept of each of the plan's files. */
  readonly kept: readonly number[];
  /** The sum of the rows' norms, by part: over the rows it is the mean norm, by which inputs are scaled. */
  readonly normSum: Readonly<Record<Part, number>>;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const magnitude = v.pipe(v.number(), v.finite(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hexadecimal'));
const text = v.pipe(v.string(), v.minLength(1));
const part = v.picklist(PARTS);

const planSchema: v.GenericSchema<unknown, CollectionPlan> = v.strictObject({
  model: v.strictObject({ name: text, fingerprint: hash, precision: v.picklist(PRECISIONS) }),
  hook: text,
  layer: count,
  dIn: positive,
  dtype: v.picklist(STORE_DTYPES),
  window: positive,
  batch: positive,
  bos: v.boolean(),
  seed: count,
  corpus: v.strictObject({
    hash,
    splitBy: v.picklist(['package', 'file']),
    leftOut: v.record(v.string(), count),
  }),
  files: v.array(v.strictObject({ path: text, package: text, language: text, part, tokens: count })),
});

const manifestSchema: v.GenericSchema<unknown, StoreManifest> = v.strictObject({
  schemaVersion: v.literal(ACTIVATIONS_VERSION),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  software: text,
  plan: planSchema,
  massive: v.strictObject({ multiple: magnitude, medianNorm: magnitude }),
  shards: v.array(
    v.strictObject({
      file: v.pipe(v.string(), v.regex(/^(?:heldOut|train)-\d{5,}\.safetensors$/, 'not the name of a shard')),
      part,
      rows: positive,
      windows: positive,
      bytes: positive,
      sha256: hash,
    }),
  ),
  batchesDone: count,
  complete: v.boolean(),
  excluded: v.strictObject({ first: count, massive: count }),
  kept: v.array(count),
  normSum: v.strictObject({ heldOut: magnitude, train: magnitude }),
});

const REMAKE = 'It is damaged or was edited by hand: remove the folder and collect again (steerscope sae collect).';

/** The manifest that a text holds. @throws FormatError `invalid-json`, `schema-version`, `invalid-manifest`, naming the field */
export function parseStoreManifest(source: string, what: string): StoreManifest {
  const value = parseJson(source, what);
  const version: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'schemaVersion') : undefined;
  if (Number.isSafeInteger(version) && version !== ACTIVATIONS_VERSION)
    throw new FormatError(
      'schema-version',
      `${what} is of format version ${String(version)}; this program reads version ${ACTIVATIONS_VERSION}`,
      'Use the version of Steerscope that made it, or collect again.',
    );
  const result = v.safeParse(manifestSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw new FormatError(
      'invalid-manifest',
      `${what} is not valid: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`,
      REMAKE,
    );
  }
  const { kept, plan } = result.output;
  if (kept.length === plan.files.length) return result.output;
  throw new FormatError('invalid-manifest', `${what} counts ${kept.length} of ${plan.files.length} texts`, REMAKE);
}

function parseJson(source: string, what: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new FormatError('invalid-json', `${quoted(what)} is not JSON: ${reason}`, REMAKE);
  }
}

/** Rows of a part. */
export function rowsOf({ shards }: Pick<StoreManifest, 'shards'>, wanted: Part): number {
  return shards.reduce((sum, shard) => sum + (shard.part === wanted ? shard.rows : 0), 0);
}

/** The mean norm of the rows of a part; 0 where there are none. */
export function meanNorm(manifest: StoreManifest, wanted: Part): number {
  return manifest.normSum[wanted] / Math.max(1, rowsOf(manifest, wanted));
}

/** What is longer than this was left out. */
export function massiveThreshold({ multiple, medianNorm }: MassiveRule): number {
  return multiple * medianNorm;
}

/** Rows kept of each package or language, by part: `{python: {heldOut: 120, train: 1100}}`. */
export function keptBy(
  { plan, kept }: StoreManifest,
  key: 'package' | 'language',
): Record<string, Record<Part, number>> {
  const sums: Record<string, Record<Part, number>> = {};
  plan.files.forEach((file, i) => {
    const sum = (sums[file[key]] ??= { heldOut: 0, train: 0 });
    sum[file.part] += kept[i];
  });
  return sums;
}
