/**
 * An engine without a model: answers by simple rules, keeps what it is told to remember, and counts its calls. The
 * tour's tests are about order, keeping and cancelling, for which it does not matter who computes.
 */
import type { ArtefactManifest } from '../../../src/core/artefact/manifest.ts';
import type { JsonValue } from '../../../src/core/artefact/json.ts';
import { CancelledError, StoreError } from '../../../src/core/errors.ts';
import type { EngineService, Generated, LensResult, ModelSummary } from '../../../src/protocol/engineService.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { sampleData } from '../report/sample.ts';

type Method = keyof EngineService;

export class FakeEngine {
  readonly calls: Method[] = [];
  readonly kept = new Map<string, JsonValue>();
  readonly artefacts = new Map<string, ArtefactManifest>();
  /** Called before a call is carried out: the place to cancel, or to fail. */
  before: (method: Method) => void = () => {};
  /** False for a model without a chat template. */
  hasTemplate = true;
  /** Tokens per second of a plain run and of a steered one. */
  speeds: readonly [plain: number, steered: number] = [50, 40];
  /** Which runs were timed, in their order. */
  readonly timed: ('plain' | 'steered')[] = [];
  #made = 0;

  /** How often each method was called, those that were not left out. */
  get counts(): Readonly<Partial<Record<Method, number>>> {
    const counts: Partial<Record<Method, number>> = {};
    for (const method of this.calls) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  }

  forget(): void {
    this.calls.length = 0;
    this.timed.length = 0;
  }

  readonly client: Client<EngineService> = {
    open: () => this.#unexpected('open'),
    gap: () => this.#unexpected('gap'),
    tokenize: () => this.#unexpected('tokenize'),
    logits: () => this.#unexpected('logits'),
    capture: () => this.#unexpected('capture'),
    layers: () => this.#unexpected('layers'),
    cell: () => this.#unexpected('cell'),
    attention: () => this.#unexpected('attention'),
    compare: () => this.#unexpected('compare'),
    patch: () => this.#unexpected('patch'),
    intervene: () => this.#unexpected('intervene'),
    sweep: () => this.#unexpected('sweep'),
    bias: () => this.#unexpected('bias'),
    examine: () => this.#unexpected('examine'),
    likelihood: () => this.#unexpected('likelihood'),
    saeImport: () => this.#unexpected('saeImport'),
    saeEval: () => this.#unexpected('saeEval'),
    saeTrain: () => this.#unexpected('saeTrain'),
    saeExport: () => this.#unexpected('saeExport'),
    saeCollect: () => this.#unexpected('saeCollect'),
    saeEvidence: () => this.#unexpected('saeEvidence'),
    saeFeatures: () => this.#unexpected('saeFeatures'),
    saeFeature: () => this.#unexpected('saeFeature'),
    saeDirection: () => this.#unexpected('saeDirection'),
    saeLabel: () => this.#unexpected('saeLabel'),
    saeFires: () => this.#unexpected('saeFires'),
    lines: () => this.#unexpected('lines'),
    fitLines: () => this.#unexpected('fitLines'),
    artefacts: () => this.#unexpected('artefacts'),
    remove: () => this.#unexpected('remove'),
    generate: async ({ prompts, options }, call) => {
      this.#enter('generate', call?.signal);
      const isSteered = options.steer.length > 0;
      if (options.ignoreEos) this.timed.push(isSteered ? 'steered' : 'plain');
      return prompts.map(({ id, prompt }): Generated => {
        const language = isSteered || prompt.endsWith('Use C++.') ? 'cpp' : 'python';
        const answer: Generated = {
          id,
          text: `${options.prefill ?? ''}${language}\ncode of ${id}\n`,
          ids: [],
          stop: 'length',
          promptTokens: 20,
          tokens: options.maxTokens,
          ms: { prompt: 5, decode: ((options.maxTokens - 1) / this.speeds[isSteered ? 1 : 0]) * 1000 },
          steer: options.steer.map(({ name, strength }) => ({ name, strength, layers: [16], dose: 0.19 })),
        };
        call?.onEvent?.({ kind: 'text', id, text: 'code' });
        call?.onEvent?.({ kind: 'answer', answer });
        return answer;
      });
    },
    judge: async ({ answers }, call) => {
      this.#enter('judge', call?.signal);
      return answers.map(({ id, text }) => ({
        id,
        text,
        language: text.includes('cpp') ? 'cpp' : 'python',
        confidence: 0.9,
        parses: true,
      }));
    },
    fit: async ({ method, contrast, name, replace, seed }, call) => {
      this.#enter('fit', call?.signal);
      if (this.artefacts.has(name) && !replace) throw new StoreError('name-exists', `"${name}" exists`);
      const id = (++this.#made).toString(16).padStart(32, '0');
      const ends = contrast.kind === 'language' ? { target: contrast.target, source: contrast.source ?? 'python' } : {};
      const createdAt = new Date().toISOString();
      const manifest = { ...sampleData().fit.value, ...ends, id, name, method, seed, createdAt };
      this.artefacts.set(name, manifest);
      return manifest;
    },
    show: async ({ name }, call) => {
      this.#enter('show', call?.signal);
      const found = this.artefacts.get(name);
      if (found === undefined) throw new StoreError('unknown-artefact', `no "${name}"`);
      return found;
    },
    probe: async (_, call) => {
      this.#enter('probe', call?.signal);
      return sampleData().probe.value;
    },
    lens: async ({ steer }, call): Promise<LensResult> => {
      this.#enter('lens', call?.signal);
      if (!this.hasTemplate) throw new StoreError('no-chat-template', 'no template');
      const layers = [0, 1].map((layer) => ({ layer, top: [[[7, 1] as const], [[3, 9] as const, [4, 8] as const]] }));
      const applied = (steer ?? []).map(({ name, strength }) => ({ name, strength, layers: [16], dose: 0.19 }));
      return { ids: [1, 2], pieces: { 3: 'python', 4: 'cpp', 7: 'x' }, steer: applied, layers };
    },
    facts: async (_, call) => {
      this.#enter('facts', call?.signal);
      return { residentBytes: 3e8, packedBytes: 1e8, precision: 'fast', threads: 2 };
    },
    recall: async ({ key }, call) => {
      this.#enter('recall', call?.signal);
      return this.kept.get(key) ?? null;
    },
    remember: async ({ key, value }, call) => {
      this.#enter('remember', call?.signal);
      this.kept.set(key, structuredClone(value));
      return null;
    },
  };

  #enter(method: Method, signal: AbortSignal | undefined): void {
    this.before(method);
    if (signal?.aborted) throw new CancelledError();
    this.calls.push(method);
  }

  async #unexpected(method: Method): Promise<never> {
    throw new Error(`the tour is not expected to call ${method}`);
  }
}

export function fakeModel(fingerprint = '3f'.repeat(32)): ModelSummary {
  return { ...sampleData().model, fingerprint };
}
