/**
 * The manifest of an artefact: what was made, on which model, where in it, and how well it did. It is the record by which
 * an artefact is trusted, so reading is strict: a field that is missing, misspelt or out of range is an error that names
 * it. Types and checks only; the store has the files.
 */
import * as v from 'valibot';
import { FormatError, UsageError } from '../errors.ts';
import { SURFACES, type Surface } from '../steering/choice.ts';
import { isScope, type Scope } from '../steering/scope.ts';
import { quoted } from '../format/quoted.ts';
import { isJsonObject } from './json.ts';
import { PRECISIONS, type Precision } from '../weights/precision.ts';
import type { JsonObject } from './json.ts';

/** Changes whenever a field changes its meaning, comes or goes. Other versions are refused, never guessed at. */
export const SCHEMA_VERSION = 1;

export const ARTEFACT_KINDS = ['steering', 'probe', 'run', 'sae'] as const;
export type ArtefactKind = (typeof ARTEFACT_KINDS)[number];

export type { Precision };

/** The model that an artefact was made on. */
export interface ModelRecord {
  readonly name: string;
  /** SHA-256 over source weights, architecture and tokenizer: what must agree for an artefact to mean anything. */
  readonly fingerprint: string;
  readonly architecture: string;
  readonly dModel: number;
  readonly layers: number;
  readonly precision: Precision;
  /** Tensors of each stored type: `{Q4_1: 210, F32: 61}`. */
  readonly weightTypes: Readonly<Record<string, number>>;
}

export interface TensorRecord {
  readonly dtype: string;
  readonly shape: readonly number[];
}

export interface ArtefactManifest {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Never used twice, unlike a name. */
  readonly id: string;
  readonly name: string;
  readonly kind: ArtefactKind;
  /** The id of the method in its registry. */
  readonly method: string;
  /** What the artefact leads to, and away from, where it has such ends: languages or labels. */
  readonly target?: string;
  readonly source?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly model: ModelRecord;
  /** The place inside a block, without TransformerLens' prefix: `resid_post` for `blocks.N.hook_resid_post`. */
  readonly hook: string;
  /** Where it acts or reads, ascending. */
  readonly layers: readonly number[];
  /** In words: which positions the activations were taken at. */
  readonly positions: string;
  /** SHA-256 of the chat template that the prompts went through; null for raw text. */
  readonly chatTemplateHash: string | null;
  readonly scope: Scope;
  /** The surface that it was fitted on, and acts on; absent in those made before there were two: `answer`. */
  readonly surface?: Surface;
  /** The chosen strength: a multiple of the stored vector. */
  readonly strength: number;
  readonly params: JsonObject;
  readonly seed: number;
  /** SHA-256 of the data it was fitted on. */
  readonly dataHash: string;
  /** What was measured when it was made. */
  readonly figures: JsonObject;
  /** The median norm of the hook's value in each layer of the model, [layer]; empty where it was not measured. */
  readonly medianNorms: readonly number[];
  readonly tensors: {
    readonly file: typeof TENSORS_FILE;
    /** Of the whole file. */
    readonly sha256: string;
    readonly entries: Readonly<Record<string, TensorRecord>>;
  };
  /** The version of Steerscope that made it. */
  readonly software: string;
}

/** What a maker of artefacts states; the store adds the rest. */
export type ManifestDraft = Omit<ArtefactManifest, 'schemaVersion' | 'id' | 'createdAt' | 'tensors'>;

export const TENSORS_FILE = 'tensors.safetensors';
export const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hexadecimal'));
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const tensorName = v.pipe(v.string(), v.regex(/^[\w.-]{1,128}$/, 'not a name for a tensor'));
const json = v.custom<JsonObject>(isJsonObject, 'not a JSON object, or nested too deep');

const manifestSchema: v.GenericSchema<unknown, ArtefactManifest> = v.strictObject({
  schemaVersion: v.literal(SCHEMA_VERSION),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'not an id')),
  name: v.pipe(v.string(), v.regex(NAME_PATTERN, 'not a name')),
  kind: v.picklist(ARTEFACT_KINDS),
  method: word,
  target: v.exactOptional(word),
  source: v.exactOptional(word),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  model: v.strictObject({
    name: word,
    fingerprint: hash,
    architecture: word,
    dModel: positive,
    layers: positive,
    precision: v.picklist(PRECISIONS),
    weightTypes: v.record(v.string(), count),
  }),
  hook: v.pipe(v.string(), v.regex(/^[a-z]+(_[a-z]+)*$/, 'not a hook')),
  layers: v.array(count),
  positions: word,
  chatTemplateHash: v.nullable(hash),
  scope: v.custom<Scope>(isScope, 'not one of prompt, answer, all, first:N, decide:N'),
  surface: v.exactOptional(v.picklist(SURFACES)),
  strength: finite,
  params: json,
  seed: count,
  dataHash: hash,
  figures: json,
  medianNorms: v.array(v.pipe(finite, v.minValue(0))),
  tensors: v.strictObject({
    file: v.literal(TENSORS_FILE),
    sha256: hash,
    entries: v.record(tensorName, v.strictObject({ dtype: v.string(), shape: v.array(count) })),
  }),
  software: word,
});

/** Larger is hostile: the largest real manifest is a few kilobytes. */
export const MAX_MANIFEST_BYTES = 1024 * 1024;

/**
 * The manifest that a text holds. `what` names it in messages.
 *
 * @throws FormatError `invalid-json`, `schema-version` (made by another version of Steerscope), `invalid-manifest` (with
 * the field that is wrong).
 */
export function parseManifest(text: string, what = 'the manifest'): ArtefactManifest {
  const value = parseJson(text, what);
  const version: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'schemaVersion') : undefined;
  if (Number.isSafeInteger(version) && version !== SCHEMA_VERSION) {
    throw new FormatError(
      'schema-version',
      `${what} is of format version ${String(version)}; this program reads version ${SCHEMA_VERSION}`,
      'Use the version of Steerscope that made it, or make the artefact again.',
    );
  }
  const result = v.safeParse(manifestSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    throw invalid(what, v.getDotPath(issue) ?? 'the whole', issue.message);
  }
  checkLayers(result.output, what);
  return result.output;
}

/** The name, if it is one. @throws UsageError `bad-name` */
export function checkName(name: string): string {
  if (NAME_PATTERN.test(name)) return name;
  throw new UsageError(
    'bad-name',
    `${quoted(name)} cannot name an artefact`,
    'A name is 1 to 64 small letters, digits and hyphens, and does not begin with a hyphen.',
  );
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError(
      'invalid-json',
      `${what} is not JSON: ${cause instanceof Error ? cause.message : ''}`,
      REMAKE,
    );
  }
}

/** What ties fields together and no schema of one field can see. */
function checkLayers({ layers, medianNorms, model }: ArtefactManifest, what: string): void {
  if (layers.some((layer, i) => layer >= model.layers || layer <= (layers[i - 1] ?? -1))) {
    throw invalid(what, 'layers', `must ascend, and be less than ${model.layers}`);
  }
  if (medianNorms.length !== 0 && medianNorms.length !== model.layers) {
    throw invalid(what, 'medianNorms', `has ${medianNorms.length} layers, the model ${model.layers}`);
  }
}

function invalid(what: string, field: string, problem: string): FormatError {
  return new FormatError('invalid-manifest', `${what} is not valid: ${field}: ${problem}`, REMAKE);
}

const REMAKE = 'It is damaged or was edited by hand: remove the artefact and make it again.';
