/** The host of the bias panel as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { BiasPanel, BiasSettings, BiasSnapshot } from '../../../src/protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../../src/protocol/panels/biasWords.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import type { CallContext } from '../../../src/protocol/rpc.ts';

export const IDLE: BiasSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  directions: [
    { name: 'cpp', label: 'cpp: C++', target: 'cpp' },
    { name: 'rust', label: 'rust: Rust', target: 'rust' },
  ],
  settings: { direction: 'cpp', prompts: 12, sweep: true },
  past: [],
};

export class FakeBias implements BiasPanel {
  /** Every verb that was called, with its parameters. */
  readonly asked: (readonly [verb: string, params: unknown])[] = [];
  private readonly watchers = new Set<CallContext<BiasSnapshot>>();

  constructor(
    private snapshot: BiasSnapshot = IDLE,
    private readonly table: BiasWords = BIAS_WORDS,
  ) {}

  /** How many pages are told of changes. */
  get watcherCount(): number {
    return this.watchers.size;
  }

  show(snapshot: BiasSnapshot): void {
    this.snapshot = snapshot;
    for (const { emit } of this.watchers) emit(snapshot);
  }

  words(): Promise<BiasWords> {
    return Promise.resolve(this.table);
  }

  watch(_params: Record<string, never>, context: CallContext<BiasSnapshot>): Promise<null> {
    this.watchers.add(context);
    context.emit(this.snapshot);
    return new Promise((resolve) => {
      context.signal.addEventListener('abort', () => {
        this.watchers.delete(context);
        resolve(null);
      });
    });
  }

  choose(settings: BiasSettings): Promise<null> {
    this.show({ ...this.snapshot, settings });
    return this.note('choose', settings);
  }

  start(params: unknown): Promise<null> {
    return this.note('start', params);
  }

  cancel(params: unknown): Promise<null> {
    return this.note('cancel', params);
  }

  open(params: unknown): Promise<null> {
    return this.note('open', params);
  }

  save(params: unknown): Promise<null> {
    return this.note('save', params);
  }

  getModel(params: unknown): Promise<null> {
    return this.note('getModel', params);
  }

  private note(verb: string, params: unknown): Promise<null> {
    this.asked.push([verb, params]);
    return Promise.resolve(null);
  }
}
