/** What the next study will be of, its beginning and its end; progress while it runs; studies that were kept. */
import { duration, languageLabel } from '../../../src/core/charts/format.ts';
import { LANGUAGE_IDS } from '../../../src/core/language/languages.ts';
import { PROBED_LANGUAGES, PROBE_HOOKS } from '../../../src/core/probes/question.ts';
import { SEED_CHOICES } from '../../../src/protocol/panels/probes.ts';
import type { ProbesPanel, ProbesSettings, ProbesSnapshot, ProbesWork } from '../../../src/protocol/panels/probes.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import type { Announcer } from '../../shared/a11y.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import { pastRuns } from '../../shared/pastRuns.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill } from '../../shared/strings.ts';
import { button, dropdown } from '../../shared/ui.ts';

/** The choice that is no other place: no hook has this name. */
const NOWHERE = '';

export class Controls {
  readonly element: HTMLElement;
  private readonly target;
  private readonly against;
  private readonly hook;
  private readonly elsewhere;
  private readonly seed;
  private readonly start;
  private readonly cancel;
  private readonly get;
  private readonly past;
  private readonly export;
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;
  private readonly chosen: ChosenSettings<ProbesSettings>;

  constructor(
    private readonly words: ProbesWords,
    private readonly host: Client<ProbesPanel>,
    announcer: Announcer,
    private readonly tell: (error: unknown) => void,
  ) {
    this.chosen = new ChosenSettings(tell);
    const { page } = words;
    const choice = (id: keyof ProbesSettings, label: string, valueOf: (value: string) => unknown = (value) => value) =>
      dropdown({ id, label, onChange: (value) => this.choose({ [id]: valueOf(value) }) });
    this.target = choice('target', page.target);
    this.against = choice('against', page.against);
    this.hook = choice('hook', page.hook);
    this.elsewhere = choice('elsewhere', page.elsewhere, (value) => (value === NOWHERE ? null : value));
    this.seed = choice('seed', page.seed, Number);
    this.start = button({ label: page.start, onClick: () => this.ask(host.start({})) });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => this.ask(host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => this.ask(host.getModel({})) });
    this.past = pastRuns({
      label: page.past,
      choose: page.pastChoose,
      open: (id) => this.ask(host.open({ id })),
    });
    this.export = button({ label: page.export, isSecondary: true, onClick: () => this.ask(host.save({})) });
    this.progress = new ProgressBar(page.title, announcer);
    const fields = [this.target, this.against, this.hook, this.elsewhere, this.seed];
    const study = el(
      'div',
      { class: 'controls' },
      ...[...fields, this.start, this.cancel, this.get].map(({ element }) => element),
    );
    const kept = el('div', { class: 'controls below' }, this.past.element, this.export.element);
    this.element = el('section', {}, study, this.notice, this.progress.element, this.problem, kept);
  }

  show(told: ProbesSnapshot): void {
    const { settings, work, model, past, study, studyId, problem } = this.chosen.heard(told);
    const { page } = this.words;
    const isMissing = model.state === 'missing';
    this.showSettings(settings, work !== undefined);
    const action = work !== undefined ? this.cancel : isMissing ? this.get : this.start;
    showOne(
      [this.start, this.cancel, this.get].map(({ element }) => element),
      action.element,
    );
    this.past.show(past, studyId);
    show(this.export.element, study !== undefined && work === undefined);
    const notice = isMissing ? page.noModel : model.state === 'opening' ? page.opening : '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(work);
  }

  private showSettings({ target, against, hook, elsewhere, seed }: ProbesSettings, isLocked: boolean): void {
    const { page } = this.words;
    const languages = LANGUAGE_IDS.map((id) => ({ value: id, label: languageLabel(id) }));
    const all = fill(page.all, PROBED_LANGUAGES.map((id) => languageLabel(id)).join(', '));
    const hooks = PROBE_HOOKS.map((id) => ({ value: id, label: id }));
    const seeds = [...new Set([...SEED_CHOICES, seed])].map((one) => ({ value: String(one), label: String(one) }));
    this.target.set(
      languages.filter(({ value }) => value !== against),
      target,
    );
    this.against.set([...languages.filter(({ value }) => value !== target), { value: 'all', label: all }], against);
    this.hook.set(
      hooks.filter(({ value }) => value !== elsewhere),
      hook,
    );
    this.elsewhere.set(
      [{ value: NOWHERE, label: page.nowhere }, ...hooks.filter(({ value }) => value !== hook)],
      elsewhere ?? NOWHERE,
    );
    this.seed.set(seeds, String(seed));
    for (const field of [this.target, this.against, this.hook, this.elsewhere, this.seed]) field.setDisabled(isLocked);
  }

  private showWork(work: ProbesWork | undefined): void {
    if (work === undefined) return this.progress.hide();
    const { page } = this.words;
    const { phase, done, total, unit, hook, place, places, leftMs } = work;
    // Of the step: how many steps there will be is not known, since what was written before is not written again.
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const parts = [
      fill(page.progress, hook, place, places),
      phase === '' ? page.starting : fill(page.step, phase, done, total, unit),
      ...(leftMs === undefined ? [] : [fill(page.left, duration(leftMs))]),
    ];
    this.progress.show(share, parts.join(' · '));
  }

  private choose(change: Partial<ProbesSettings>): void {
    this.chosen.change(change, (settings) => this.host.choose(settings));
  }

  private ask(call: Promise<null>): void {
    call.catch((error: unknown) => this.tell(error));
  }
}
