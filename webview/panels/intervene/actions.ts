/** What begins an intervention or a sweep, how many runs it takes, its progress, and what ends it. */
import { duration } from '../../../src/core/charts/format.ts';
import type { IntervenePanel, InterveneSnapshot, InterveneWork } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import type { Announcer } from '../../shared/a11y.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill, whole } from '../../shared/strings.ts';
import { button, textField } from '../../shared/ui.ts';
import type { Ask, Choose } from './subjectControls.ts';

export class Actions {
  readonly element: HTMLElement;
  private readonly start;
  private readonly startSweep;
  private readonly cancel;
  private readonly get;
  private readonly layers;
  private readonly last;
  private readonly sweepControls: HTMLElement;
  private readonly singleRuns = el('p', { class: 'hint' });
  private readonly sweepRuns = el('p', { class: 'hint' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;

  constructor(
    private readonly words: InterveneWords,
    host: Client<IntervenePanel>,
    choose: Choose,
    ask: Ask,
    announcer: Announcer,
  ) {
    const { page } = words;
    this.start = button({ label: page.start, onClick: () => ask(host.start({})) });
    this.startSweep = button({ label: page.startSweep, onClick: () => ask(host.startSweep({})) });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => ask(host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => ask(host.getModel({})) });
    this.layers = textField({ id: 'layers', label: page.layers, onChange: (layers) => choose({ layers }) });
    this.last = textField({ id: 'last', label: page.last, onChange: (last) => choose({ last: Number(last) }) });
    this.progress = new ProgressBar(page.title, announcer);
    const row = (...controls: readonly { readonly element: HTMLElement }[]): HTMLElement =>
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    this.sweepControls = el(
      'div',
      { class: 'sweep-controls' },
      el('h2', {}, page.sweepHeading),
      row(this.layers, this.last, this.startSweep),
      this.sweepRuns,
    );
    const single = row(this.start, this.cancel, this.get);
    this.element = el('section', {}, single, this.singleRuns, this.progress.element, this.problem, this.sweepControls);
  }

  show({ settings, model, runs, work, problem }: InterveneSnapshot): void {
    const { page } = this.words;
    const isMissing = model.state === 'missing';
    const isBusy = work !== undefined;
    const { text, change, source, layers, last } = settings;
    const isReady = text !== '' && (change !== 'patch' || source !== '');
    const action = isBusy ? this.cancel : isMissing ? this.get : this.start;
    showOne(
      [this.start, this.cancel, this.get].map(({ element }) => element),
      action.element,
    );
    this.start.setDisabled(!isReady);
    show(this.sweepControls, !isMissing);
    for (const control of [this.layers, this.last]) control.setDisabled(isBusy);
    this.startSweep.setDisabled(isBusy || !isReady);
    this.layers.set(layers);
    this.last.set(String(last));
    const { single, sweep = null } = runs ?? {};
    setText(this.singleRuns, isBusy || single === undefined ? '' : fill(page.singleRuns, whole(single)));
    setText(this.sweepRuns, isBusy || sweep === null ? '' : fill(page.sweepRuns, whole(sweep)));
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(work);
  }

  private showWork(work: InterveneWork | undefined): void {
    if (work === undefined) return this.progress.hide();
    const { page } = this.words;
    const text = [
      work.total === 0 ? page.opening : fill(page.progress, whole(work.done), whole(work.total)),
      ...(work.leftMs === undefined ? [] : [fill(page.left, duration(work.leftMs))]),
    ].join(' · ');
    this.progress.show(work.total === 0 ? 0 : work.done / work.total, text);
  }
}
