/**
 * Fuzz of the JSON documents that come from outside: manifests of artefacts, of activations and of autoencoders, and study
 * files. A valid one is damaged as text or in its structure; its reader must accept it or refuse it by an error of ours
 * that says what to do. Longer: `npm run fuzz -- documents --n 100000`.
 */
import { parseManifest, type ManifestDraft } from '../../src/core/artefact/manifest.ts';
import { SteerscopeError } from '../../src/core/errors.ts';
import { readSaeLensConfig } from '../../src/core/format/saeLens/config.ts';
import { ACTIVATIONS_VERSION, parseStoreManifest, type StoreManifest } from '../../src/core/sae/activationManifest.ts';
import { readStudyFile } from '../../src/core/study/file.ts';
import { sampleDraft } from '../unit/core/artefact/sample.ts';
import { samplePlan } from '../unit/sae/sampleStore.ts';
import { below, mulberry32, pick, type Random } from '../unit/tokenizer/random.ts';
import { processorMs } from './processorMs.ts';

export interface DocumentsReport {
  readonly n: number;
  readonly seed: number;
  readonly accepted: number;
  /** Refused inputs by the reason given. */
  readonly refused: Readonly<Record<string, number>>;
  readonly worstMs: number;
  readonly worstCase: number;
  readonly crashes: readonly { readonly case: number; readonly document: string; readonly error: string }[];
}

interface Document {
  readonly name: string;
  readonly value: unknown;
  readonly read: (text: string) => unknown;
}

const hash = 'ab'.repeat(32);

const MANIFEST: ManifestDraft & Readonly<Record<string, unknown>> = {
  ...sampleDraft('fuzz'),
  schemaVersion: 1,
  id: 'ab'.repeat(16),
  createdAt: '2026-01-02T03:04:05.000Z',
  tensors: { file: 'tensors.safetensors', sha256: hash, entries: { 'direction.1': { dtype: 'F32', shape: [8] } } },
};

const ACTIVATIONS: StoreManifest = {
  schemaVersion: ACTIVATIONS_VERSION,
  createdAt: '2026-01-02T03:04:05.000Z',
  software: '0.1.0',
  plan: samplePlan(3),
  massive: { multiple: 10, medianNorm: 1 },
  shards: [{ file: 'train-00000.safetensors', part: 'train', rows: 14, windows: 1, bytes: 600, sha256: hash }],
  batchesDone: 1,
  complete: false,
  excluded: { first: 1, massive: 1 },
  kept: [14, 0, 0],
  normSum: { heldOut: 0, train: 14 },
};

const DOCUMENTS: readonly Document[] = [
  { name: 'manifest', value: MANIFEST, read: (text) => parseManifest(text) },
  { name: 'activations', value: ACTIVATIONS, read: (text) => parseStoreManifest(text, 'fuzz') },
  {
    name: 'cfg.json',
    value: {
      architecture: 'jumprelu',
      d_in: 8,
      d_sae: 16,
      apply_b_dec_to_input: true,
      normalize_activations: 'none',
      metadata: { hook_name: 'blocks.1.hook_resid_post', model_name: 'tiny', sae_lens_version: '6.0.0' },
    },
    read: readSaeLensConfig,
  },
  {
    name: 'study',
    value: {
      name: 'fuzz',
      maxTokens: 8,
      parts: [{ methods: ['none', 'dim'], targets: ['cpp'], strengths: [1], prompts: 3 }],
    },
    read: (text) => readStudyFile(text, 'fuzz'),
  },
];

/** Runs `n` cases of `seed`. */
export function run(n: number, seed: number): DocumentsReport {
  for (const { value, read } of DOCUMENTS) read(JSON.stringify(value)); // or damage would show nothing
  const refused: Record<string, number> = {};
  const crashes: { case: number; document: string; error: string }[] = [];
  let [accepted, worstMs, worstCase] = [0, 0, 0];
  for (let number = 0; number < n; number++) {
    const random = mulberry32(Math.imul(seed, 0x9e3779b1) + number);
    const document = DOCUMENTS[number % DOCUMENTS.length];
    const text = random() < 0.5 ? damagedText(document.value, random) : damagedStructure(document.value, random);
    const startedAt = processorMs();
    try {
      document.read(text);
      accepted++;
    } catch (error) {
      if (error instanceof SteerscopeError && error.reason !== 'internal')
        refused[error.reason] = (refused[error.reason] ?? 0) + 1;
      else
        crashes.push({
          case: number,
          document: document.name,
          error: String(error instanceof Error ? error.stack : error),
        });
    }
    const ms = processorMs() - startedAt;
    if (ms > worstMs) [worstMs, worstCase] = [ms, number];
  }
  return { n, seed, accepted, refused, worstMs: Math.round(worstMs), worstCase, crashes };
}

/** One to four characters are changed, taken out, doubled, or the rest cut off. */
function damagedText(value: unknown, random: Random): string {
  let text = JSON.stringify(value);
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const at = below(random, text.length);
    const rest = text.slice(at + 1);
    text =
      text.slice(0, at) +
      pick(random, ['', `${text[at]}${rest}${text[at]}`, `${pick(random, CHARACTERS)}${rest}`, rest]);
    if (text.length === 0) return text;
  }
  return text;
}

const CHARACTERS = [...'{}[]",:0-+eE.\\/ntu', '\u0000', '\ud800', '\u2028', '9'.repeat(400), '['.repeat(5000)];

/** One to three nodes become something else, go, or have something else beside them. */
function damagedStructure(value: unknown, random: Random): string {
  const root = { document: structuredClone(value) };
  for (let left = 1 + below(random, 3); left > 0; left--) {
    const slots = slotsOf(root);
    if (slots.length === 0) break;
    const [holder, key] = pick(random, slots);
    const choice = below(random, 3);
    if (choice === 0) Reflect.deleteProperty(holder, key);
    // A list has no such keys, and a length that is its own.
    else if (choice === 1 || Array.isArray(holder)) Reflect.set(holder, key, structuredClone(pick(random, ODD_VALUES)));
    else Reflect.set(holder, pick(random, ODD_KEYS), structuredClone(pick(random, ODD_VALUES)));
  }
  return JSON.stringify(root.document) ?? '';
}

/** Every place in a document that holds something: the object or list, and the key. */
function slotsOf(value: object): [object, string][] {
  return Object.keys(value).flatMap((key): [object, string][] => {
    const inner: unknown = Reflect.get(value, key);
    return [[value, key], ...(typeof inner === 'object' && inner !== null ? slotsOf(inner) : [])];
  });
}

const ODD_KEYS = ['__proto__', 'constructor', 'toString', '', 'x', '0'];
const ODD_VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, -1e-308, 2 ** 53, '', 'x', '../..', hash, 'x'.repeat(5000), '\ud800', 'C:\\con'],
  ...[[], [[]], [null], {}, { __proto__: null, a: 1 }, Array.from({ length: 500 }, () => -1), [1e9], 'NaN'],
];
