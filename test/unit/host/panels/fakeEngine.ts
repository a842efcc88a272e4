/**
 * An engine in the test's own process that answers at once: in Python, in what it is steered to, or in what the prompt
 * asks for. A test may hold it before any batch, let one fail, and look at what it was asked.
 */
import { CancelledError, type SteerscopeError } from '../../../../src/core/errors.ts';
import { LANGUAGE_IDS, askFor, type LanguageId } from '../../../../src/core/language/languages.ts';
import type { EngineClient, EngineState } from '../../../../src/host/engine/engineHost.ts';
import type { GenerateEvent, GenerateParams, Generated, ModelSummary } from '../../../../src/protocol/engineService.ts';
import type { CompareEvent, CompareParams } from '../../../../src/protocol/compareTypes.ts';
import type { CallOptions } from '../../../../src/protocol/rpc.ts';
import { sampleComparison } from '../../../sampleComparison.ts';
import { EventEmitter } from '../fake/events.ts';
import { summaryOf } from '../fake/models.ts';

/** What a direction of a test leads to. */
const STEERED: Readonly<Record<string, LanguageId>> = { cpp: 'cpp', rust: 'rust' };

export class FakeEngine {
  state: EngineState = { engine: 'idle', model: 'closed' };
  summary: ModelSummary = summaryOf('smollm2-135m-instruct');
  /** Every batch that was asked for. */
  readonly asked: GenerateParams[] = [];
  /** Every comparison that was asked for. */
  readonly compared: CompareParams[] = [];
  /** Called before a batch is answered, with its number from 1: waits, or throws. */
  before: (batch: number) => Promise<void> | void = () => {};
  /** Why the model cannot be opened. */
  refusal: SteerscopeError | undefined;
  readonly changed = new EventEmitter<EngineState>();
  readonly onDidChangeState = this.changed.event;

  async use<T>(work: (client: EngineClient, model: ModelSummary) => Promise<T>): Promise<T> {
    if (this.refusal) throw this.refusal;
    if (this.state.model !== 'ready') this.enter({ engine: 'running', model: 'ready', summary: this.summary });
    return work(this.client as EngineClient, this.summary);
  }

  /** As without a model. */
  async withEngine<T>(work: (client: EngineClient) => Promise<T>): Promise<T> {
    return work(this.client as EngineClient);
  }

  enter(state: EngineState): void {
    this.state = state;
    this.changed.fire(state);
  }

  /** What a test answers in its own way. */
  readonly answers: { -readonly [K in keyof EngineClient]?: EngineClient[K] } = {};

  private get client(): Partial<EngineClient> {
    return { ...this.usual, ...this.answers };
  }

  private readonly usual: Partial<EngineClient> = {
    generate: (params, options) => this.generate(params, options),
    compare: (params, options) => this.compare(params, options),
    judge: async ({ answers }) =>
      answers.map(({ id, text }) => {
        const language = LANGUAGE_IDS.find((one) => text.startsWith(`\`\`\`${one}\n`)) ?? 'undecided';
        return { id, text, language, confidence: 0.9, parses: true };
      }),
  };

  private async compare(params: CompareParams, { signal, onEvent }: CallOptions<CompareEvent> = {}) {
    this.compared.push(params);
    onEvent?.({ kind: 'text', id: 'a', text: 'first' });
    onEvent?.({ kind: 'progress', phase: 'generating', done: 1, total: 2, unit: 'answers' });
    await this.waitBefore(this.compared.length, signal);
    return sampleComparison(params);
  }

  private async generate(params: GenerateParams, { signal, onEvent }: CallOptions<GenerateEvent> = {}) {
    this.asked.push(params);
    await this.waitBefore(this.asked.length, signal);
    const { prompts, options } = params;
    return prompts.map(({ id, prompt }): Generated => {
      const [steer] = options.steer;
      const asked = LANGUAGE_IDS.find((one) => prompt.endsWith(askFor(one)));
      const language = (steer && STEERED[steer.name]) ?? asked ?? 'python';
      const text = `\`\`\`${language}\nprint(1)\n\`\`\``;
      onEvent?.({ kind: 'text', id, text });
      const applied = steer ? [{ ...steer, layers: [16], dose: 0.2 * steer.strength }] : [];
      const answer: Generated = {
        ...{ id, text, ids: [1, 2, 3], stop: 'eos', promptTokens: 5, tokens: 3 },
        ms: { prompt: 1, decode: 1 },
        steer: applied,
      };
      onEvent?.({ kind: 'answer', answer });
      return answer;
    });
  }

  /** @throws CancelledError */
  private async waitBefore(batch: number, signal: AbortSignal | undefined): Promise<void> {
    let cancel: () => void = () => {};
    const cancelled = new Promise<never>((_, reject) => (cancel = () => reject(new CancelledError())));
    signal?.addEventListener('abort', cancel);
    try {
      await Promise.race([this.before(batch), cancelled]);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}
