/**
 * The engine's host without a process, for tests of what completes: each request is kept and waits for the test, which
 * writes, answers or fails it; or it is answered at once by `writes`. It opens its model when it is first used.
 */
import { CancelledError, type SteerscopeError } from '../../../../src/core/errors.ts';
import type { EngineState } from '../../../../src/host/engine/engineHost.ts';
import type {
  GenerateEvent,
  GenerateParams,
  Generated,
  LensParams,
  LensResult,
  ModelSummary,
} from '../../../../src/protocol/engineService.ts';
import { until } from '../../files/support.ts';
import { EventEmitter } from './events.ts';
import { summaryOf } from './models.ts';

/** A request that the engine was given. */
export class Asked {
  readonly prompt: string;
  readonly options: GenerateParams['options'];
  readonly answered: Promise<readonly Generated[]>;
  private text = '';
  private pieces = 0;
  private resolve: (answers: readonly Generated[]) => void = () => {};
  private reject: (error: unknown) => void = () => {};

  constructor(
    params: GenerateParams,
    readonly signal: AbortSignal,
    private readonly onEvent: (event: GenerateEvent) => void,
    isDeaf = false,
  ) {
    this.prompt = params.prompts[0].prompt;
    this.options = params.options;
    this.answered = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    if (!isDeaf) signal.addEventListener('abort', () => this.fail(new CancelledError()));
  }

  /** Writes a piece of the answer. */
  write(text: string): void {
    this.text += text;
    this.pieces++;
    this.onEvent({ kind: 'text', id: 'completion', text });
  }

  /** Ends the answer, with what was written and this. */
  end(text = '', stop: Generated['stop'] = 'eos'): void {
    if (text !== '') this.write(text);
    const { steer, prefill = '' } = this.options;
    this.resolve([
      {
        ...{ id: 'completion', text: prefill + this.text, ids: [], stop, promptTokens: 20, reusedTokens: 12 },
        ...{ tokens: this.pieces, ms: { prompt: 30, decode: 50 } },
        steer: steer.map((one) => ({ ...one, layers: [2], dose: 0.25 })),
      },
    ]);
  }

  fail(error: unknown): void {
    this.reject(error);
  }
}

export class ScriptedEngine {
  state: EngineState = { engine: 'idle', model: 'closed' };
  model: ModelSummary = summaryOf('mine');
  readonly asked: Asked[] = [];
  readonly lensed: LensParams[] = [];
  /** What it writes at once; undefined: requests wait for the test. */
  writes: ((asked: Asked) => string) | undefined;
  /** Why the model cannot be opened. */
  refusal: SteerscopeError | undefined;
  /** As an engine that has finished just when it is told to stop. */
  isDeaf = false;
  /** How often the engine was used at all. */
  uses = 0;
  private taken = 0;
  private readonly changed = new EventEmitter<EngineState>();
  readonly onDidChangeState = this.changed.event;

  get listenerCount(): number {
    return this.changed.listenerCount;
  }

  get last(): Asked {
    const last = this.asked.at(-1);
    if (!last) throw new Error('the engine was not asked');
    return last;
  }

  /** The next request that was not taken yet, as soon as it is there. */
  async take(): Promise<Asked> {
    await until(() => this.asked.length > this.taken);
    return this.asked[this.taken++];
  }

  enter(state: EngineState): void {
    this.state = state;
    this.changed.fire(state);
  }

  async use<T>(work: (client: ScriptedEngine['client'], model: ModelSummary) => Promise<T>): Promise<T> {
    this.uses++;
    if (this.refusal) throw this.refusal;
    const { model } = this;
    if (this.state.summary !== model) this.enter({ engine: 'running', model: 'ready', summary: model });
    return work(this.client, model);
  }

  readonly generate = (
    params: GenerateParams,
    { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: GenerateEvent) => void },
  ): Promise<readonly Generated[]> => {
    const asked = new Asked(params, signal, onEvent, this.isDeaf);
    this.asked.push(asked);
    const text = this.writes?.(asked);
    if (text !== undefined) asked.end(text);
    return asked.answered;
  };

  /** Two layers; steered, it says something else than unsteered. */
  private readonly lens = async (params: LensParams): Promise<LensResult> => {
    this.lensed.push(params);
    const steered = params.steer?.map((one) => ({ ...one, layers: [2], dose: 0.25 }));
    return {
      ids: [1, 2, 3],
      pieces: { 7: ' return', 8: '#include' },
      layers: [0, 1].map((layer) => ({ layer, top: [[[steered ? 8 : 7, 5] as const]], norms: [1] })),
      ...(steered ? { steer: steered } : {}),
    };
  };

  private readonly judge = async ({ answers }: { readonly answers: readonly { id: string; text: string }[] }) =>
    answers.map(({ id, text }) => ({ id, text, language: 'cpp', confidence: 0.875, parses: true }));

  private readonly client = { generate: this.generate, lens: this.lens, judge: this.judge };
}
