/** The host of the panel of probes as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { ProbeStudy } from '../../../src/core/probes/study.ts';
import type {
  FileReading,
  ProbesFigures,
  ProbesPanel,
  ProbesSettings,
  ProbesSnapshot,
} from '../../../src/protocol/panels/probes.ts';
import { probesSchemas } from '../../../src/protocol/panels/probes.ts';
import { PROBES_WORDS } from '../../../src/protocol/panels/probesWords.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import { usePanelPages } from './panelPages.ts';
import { STATES_OF_PROBES } from './probesStates.ts';
import { READINGS, STUDIES } from './sampleProbes.ts';
import { FakePanelHost } from './fakePanel.ts';

export function useProbesPages() {
  return usePanelPages<ProbesPanel, FakeProbes, ProbesSnapshot, ProbesWords>({
    id: 'probes',
    schemas: probesSchemas,
    idle: STATES_OF_PROBES.empty,
    hostOf: (snapshot, words) => new FakeProbes(snapshot, words),
  });
}

export class FakeProbes extends FakePanelHost<ProbesWords, ProbesSnapshot> implements ProbesPanel {
  /** What is told of the study and the file, in place of the samples. */
  study: ProbeStudy | undefined;
  reading: FileReading | undefined;
  constructor(snapshot: ProbesSnapshot, table: ProbesWords = PROBES_WORDS) {
    super(snapshot, table);
  }

  async figures(): Promise<ProbesFigures | null> {
    const { study: key = 0 } = this.snapshot;
    const study = this.study ?? STUDIES[key];
    return study ? { key, study } : null;
  }

  async tokens(): Promise<FileReading | null> {
    const key = this.snapshot.reading?.key ?? 0;
    const reading = this.reading ?? READINGS[key];
    return reading ? { ...reading, key } : null;
  }

  choose(settings: ProbesSettings): Promise<null> {
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

  readFile(params: unknown): Promise<null> {
    return this.note('readFile', params);
  }

  openToken(params: unknown): Promise<null> {
    return this.note('openToken', params);
  }

  fitLines(params: unknown): Promise<null> {
    return this.note('fitLines', params);
  }

  getModel(params: unknown): Promise<null> {
    return this.note('getModel', params);
  }
}
