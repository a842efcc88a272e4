/** Cases of a panel: those that were kept, to open one; what is shown, to keep or to export it; and files of others. */
import type { PastStudy } from '../../src/protocol/panels/bias.ts';
import type { CaseWords } from '../../src/protocol/panels/caseWords.ts';
import { el, show } from './dom.ts';
import { pastRuns } from './pastRuns.ts';
import { button } from './ui.ts';

/** The verbs of a panel that keeps cases. */
interface CaseHost {
  keep(params: Record<string, never>): Promise<null>;
  open(params: { readonly id: string }): Promise<null>;
  save(params: Record<string, never>): Promise<null>;
  openFile(params: Record<string, never>): Promise<null>;
}

interface Cases {
  readonly past: readonly PastStudy[];
  /** Of what is shown, where it was kept. */
  readonly caseId?: string;
}

export class CaseControls {
  readonly element: HTMLElement;
  private readonly past;
  private readonly keep;
  private readonly export;

  constructor(words: CaseWords, host: CaseHost, tell: (error: unknown) => void) {
    const ask = (call: Promise<null>): void => void call.catch(tell);
    this.past = pastRuns({ label: words.past, choose: words.pastChoose, open: (id) => ask(host.open({ id })) });
    const secondary = (label: string, onClick: () => void) => button({ label, isSecondary: true, onClick });
    this.keep = secondary(words.keep, () => ask(host.keep({})));
    this.export = secondary(words.export, () => ask(host.save({})));
    const openFile = secondary(words.openFile, () => ask(host.openFile({})));
    const controls = [this.past, this.keep, this.export, openFile];
    this.element = el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
  }

  /** @param isShown true where there is something to keep */
  show({ past, caseId }: Cases, isShown: boolean): void {
    this.past.show(past, caseId);
    show(this.keep.element, isShown && caseId === undefined);
    show(this.export.element, isShown);
  }
}
