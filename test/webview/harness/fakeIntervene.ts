/** The host of the panel of interventions as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { InterveneResult, SweepResult } from '../../../src/protocol/interventionTypes.ts';
import {
  interveneSchemas,
  type IntervenePanel,
  type InterveneSettings,
  type InterveneSnapshot,
} from '../../../src/protocol/panels/intervene.ts';
import { INTERVENE_WORDS, type InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import { usePanelPages } from './panelPages.ts';
import { ABLATED, IDLE, IDS, PATCHED, RESULT, SWEEP_IDS, TOKENS } from './interveneStates.ts';
import { FakePanelHost } from './fakePanel.ts';

export class FakeIntervene extends FakePanelHost<InterveneWords, InterveneSnapshot> implements IntervenePanel {
  /** What a sweep is answered with, whatever it is. */
  sweepOf: (id: string) => SweepResult = (id) => (id === SWEEP_IDS.patched ? PATCHED : ABLATED);
  constructor(snapshot: InterveneSnapshot = IDLE, table: InterveneWords = INTERVENE_WORDS) {
    super(snapshot, table);
  }

  choose(settings: InterveneSettings): Promise<null> {
    this.show({ ...this.snapshot, settings });
    return this.note('choose', settings);
  }

  tokens({ id }: { readonly id: string }): Promise<readonly string[]> {
    this.asked.push(['tokens', id]);
    return Promise.resolve(id === IDS.tokens ? TOKENS : TOKENS.with(3, 'ĠItaly'));
  }

  single({ id }: { readonly id: string }): Promise<InterveneResult> {
    this.asked.push(['single', id]);
    return Promise.resolve(RESULT);
  }

  sweep({ id }: { readonly id: string }): Promise<SweepResult> {
    this.asked.push(['sweep', id]);
    return Promise.resolve(this.sweepOf(id));
  }

  readonly read = (params: unknown): Promise<null> => this.note('read', params);
  readonly start = (params: unknown): Promise<null> => this.note('start', params);
  readonly startSweep = (params: unknown): Promise<null> => this.note('startSweep', params);
  readonly cancel = (params: unknown): Promise<null> => this.note('cancel', params);
  readonly openCell = (params: unknown): Promise<null> => this.note('openCell', params);
  readonly takeSelection = (params: unknown): Promise<null> => this.note('takeSelection', params);
  readonly takeCompletion = (params: unknown): Promise<null> => this.note('takeCompletion', params);
  readonly keep = (params: unknown): Promise<null> => this.note('keep', params);
  readonly open = (params: unknown): Promise<null> => this.note('open', params);
  readonly save = (params: unknown): Promise<null> => this.note('save', params);
  readonly openFile = (params: unknown): Promise<null> => this.note('openFile', params);
  readonly getModel = (params: unknown): Promise<null> => this.note('getModel', params);
}

export function useIntervenePages() {
  return usePanelPages<IntervenePanel, FakeIntervene, InterveneSnapshot, InterveneWords>({
    id: 'intervene',
    schemas: interveneSchemas,
    idle: IDLE,
    hostOf: (snapshot, words) => new FakeIntervene(snapshot, words),
  });
}
