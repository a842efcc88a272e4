/** The host of the bias panel as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { BiasPanel, BiasSettings, BiasSnapshot } from '../../../src/protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../../src/protocol/panels/biasWords.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { FakePanelHost } from './fakePanel.ts';

export const IDLE: BiasSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  directions: [
    { name: 'cpp', label: 'cpp: C++', target: 'cpp' },
    { name: 'rust', label: 'rust: Rust', target: 'rust' },
  ],
  settings: { direction: 'cpp', tasks: 'core', styles: ['instruction'], prompts: 12, sweep: true },
  past: [],
};

export class FakeBias extends FakePanelHost<BiasWords, BiasSnapshot> implements BiasPanel {
  constructor(snapshot: BiasSnapshot = IDLE, table: BiasWords = BIAS_WORDS) {
    super(snapshot, table);
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

  compare(params: unknown): Promise<null> {
    return this.note('compare', params);
  }

  save(params: unknown): Promise<null> {
    return this.note('save', params);
  }

  getModel(params: unknown): Promise<null> {
    return this.note('getModel', params);
  }
}
