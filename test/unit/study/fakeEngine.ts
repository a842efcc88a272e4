/** An engine without a model that keeps artefacts and counts what it is asked for. Answers tell what made them. */
import type { ArtefactManifest } from '../../../src/core/artefact/manifest.ts';
import { CancelledError, ModelError } from '../../../src/core/errors.ts';
import type { Generated, ModelSummary } from '../../../src/protocol/engineService.ts';
import type { StudyEngine } from '../../../src/cli/study/calls.ts';

export const model: ModelSummary = {
  name: 'toy',
  path: '/models/toy.gguf',
  sha256: '0'.repeat(64),
  architecture: 'llama',
  ...{ layers: 2, dModel: 4, heads: 2, kvHeads: 1, headWidth: 2, vocab: 256, context: 64 },
  weightTypes: {},
  precision: 'fast',
  fingerprint: 'f'.repeat(64),
  infill: false,
};

export class FakeEngine {
  readonly artefacts = new Map<string, ArtefactManifest>();
  /** Every call in order: `generate dim-cpp`, `fit dim-cpp`. */
  readonly asked: string[] = [];
  /** The rows of each generation, and what every text was scored after. */
  readonly batches: number[] = [];
  readonly scoredAfter: string[] = [];
  /** Rows that there is memory for. */
  rows = Infinity;
  /** Calls after which whatever is asked is broken off. */
  breaksAfter = Infinity;
  #made = 0;

  readonly client: StudyEngine = {
    artefacts: async () => [...this.artefacts.values()],
    facts: async () => ({ residentBytes: 0, packedBytes: 0, precision: 'fast', threads: 1 }),
    fit: async ({ method, contrast, name, seed, replace, sae }) => {
      this.#enter(`fit ${name}`);
      if (this.artefacts.has(name) && !replace) throw new Error(`there is a ${name}`);
      const target = contrast.kind === 'language' ? contrast.target : '';
      const params = sae === undefined ? {} : { sae };
      const made = manifestOf(name, { method, target, seed, params, number: ++this.#made });
      this.artefacts.set(name, made);
      return made;
    },
    generate: async ({ prompts, options }) => {
      const [steer] = options.steer;
      this.#enter(`generate ${steer === undefined ? 'unsteered' : `${steer.name} ${steer.strength}`}`);
      if (options.batch > this.rows) throw new ModelError('does-not-fit', 'too many rows');
      this.batches.push(options.batch);
      return prompts.map(({ id, prompt }): Generated => ({
        id,
        text: `${prompt} ${steer?.name ?? ''}`,
        ids: [1, 2, 3],
        ...{ stop: 'eos', promptTokens: 9, tokens: 3, ms: { prompt: 1, decode: 2 } },
        steer: options.steer.map((choice) => ({ ...choice, layers: [1], dose: 0.25 })),
      }));
    },
    examine: async ({ answers }) => {
      this.#enter('examine');
      return answers.map(({ id, text }) => ({
        id,
        language: /Use C\+\+\.|dim-cpp/.test(text) ? 'cpp' : 'python',
        ...{ confidence: 0.9, hasCode: true, parses: true, syntax: true, distinct3: 1, valid: true },
      }));
    },
    likelihood: async ({ texts }) => {
      this.#enter('likelihood');
      this.scoredAfter.push(...texts.map(({ id, prompt }) => `${id}: ${prompt}`));
      return texts.map(({ id, ids }) => ({ id, sum: ids.length, tokens: ids.length }));
    },
  };

  #enter(call: string): void {
    if (this.asked.length >= this.breaksAfter) throw new CancelledError();
    this.asked.push(call);
  }
}

function manifestOf(
  name: string,
  {
    number,
    ...made
  }: Pick<ArtefactManifest, 'method' | 'seed' | 'params'> & { readonly target: string; readonly number: number },
): ArtefactManifest {
  const digits = number.toString(16);
  return {
    schemaVersion: 1,
    id: digits.padStart(32, '0'),
    ...{ name, source: 'python', ...made },
    kind: 'steering',
    createdAt: '2026-01-02T03:04:05.000Z',
    model: { ...model, precision: 'fast' },
    hook: 'resid_post',
    layers: [1],
    positions: 'the last 8 positions',
    chatTemplateHash: null,
    scope: 'all',
    strength: 1.5,
    dataHash: '0'.repeat(64),
    figures: {},
    medianNorms: [1, 2],
    tensors: { file: 'tensors.safetensors', sha256: digits.padStart(64, '0'), entries: {} },
    software: '0.1.0',
  };
}
