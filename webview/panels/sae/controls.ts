/** Which autoencoder, which of its features in which order, and what can be done with them; progress while something is. */
import { languageLabel } from '../../../src/core/charts/format.ts';
import { LANGUAGE_IDS } from '../../../src/core/language/languages.ts';
import { FEATURE_SORTS, type FeatureSort } from '../../../src/core/sae/evidenceList.ts';
import type { PanelWork } from '../../../src/protocol/panels/panel.ts';
import type { SaePanel, SaeSettings, SaeSnapshot } from '../../../src/protocol/panels/sae.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import type { Announcer } from '../../shared/a11y.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { button, dropdown, textField } from '../../shared/ui.ts';
import { workInWords } from './work.ts';

/** The choice that is none: no language has this name. */
const ANY = '';

export class Controls {
  readonly element: HTMLElement;
  private readonly autoencoder;
  private readonly search;
  private readonly language;
  private readonly sort;
  private readonly look;
  private readonly cursor;
  private readonly completion;
  private readonly cancel;
  private readonly get;
  private readonly fields: HTMLElement;
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;
  private readonly chosen: ChosenSettings<SaeSettings>;

  constructor(
    private readonly words: SaeWords,
    private readonly host: Client<SaePanel>,
    announcer: Announcer,
    tell: (error: unknown) => void,
  ) {
    this.chosen = new ChosenSettings(tell);
    const { page } = words;
    const ask = (call: Promise<null>): void => void call.catch(tell);
    const choice = (id: keyof SaeSettings, label: string, change: (value: string) => Partial<SaeSettings>) =>
      dropdown({ id, label, onChange: (value) => this.choose(change(value)) });
    this.autoencoder = choice('name', page.autoencoder, (value) => ({ name: value === ANY ? null : value }));
    this.language = choice('language', page.language, (value) => ({
      language: LANGUAGE_IDS.find((id) => id === value) ?? null,
    }));
    this.sort = choice('sort', page.sort, (value) => ({ sort: FEATURE_SORTS.find((one) => one === value) ?? 'auroc' }));
    this.search = textField({ id: 'search', label: page.search, onChange: (search) => this.choose({ search }) });
    this.look = button({ label: page.look, onClick: () => ask(host.look({})) });
    this.cursor = button({ label: page.readCursor, isSecondary: true, onClick: () => ask(host.readCursor({})) });
    this.completion = button({
      label: page.readCompletion,
      isSecondary: true,
      onClick: () => ask(host.readCompletion({})),
    });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => ask(host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => ask(host.getModel({})) });
    this.progress = new ProgressBar(page.title, announcer);
    const controls = [this.autoencoder, this.search, this.language, this.sort];
    this.fields = el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    const actions = [this.look, this.cursor, this.completion, this.cancel, this.get].map(({ element }) => element);
    this.element = el(
      'section',
      {},
      this.fields,
      el('div', { class: 'controls below' }, ...actions),
      this.notice,
      this.progress.element,
      this.problem,
    );
  }

  show(told: SaeSnapshot): void {
    const { settings, model, autoencoders, needsEvidence, work, problem, list, hasCompletion } =
      this.chosen.heard(told);
    const { page } = this.words;
    const isMissing = model.state === 'missing';
    const hasOne = settings.name !== null;
    show(this.fields, hasOne);
    show(this.get.element, isMissing);
    show(this.cancel.element, work !== undefined);
    show(this.look.element, hasOne && !isMissing && work === undefined);
    show(this.cursor.element, hasOne && !isMissing && work === undefined);
    show(this.completion.element, hasOne && !isMissing && work === undefined && hasCompletion);
    setText(this.look.element, list === undefined ? page.look : page.lookAgain);
    this.look.element.setAttribute('appearance', list === undefined ? 'primary' : 'secondary');
    this.showSettings(settings, autoencoders ?? []);
    const notice = isMissing
      ? page.noModel
      : autoencoders !== undefined && !hasOne
        ? page.noneHere
        : needsEvidence
          ? page.needsEvidence
          : '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(work);
  }

  private showSettings(
    { name, search, language, sort }: SaeSettings,
    autoencoders: NonNullable<SaeSnapshot['autoencoders']>,
  ): void {
    const { page } = this.words;
    const sorts: Readonly<Record<FeatureSort, string>> = {
      auroc: page.sortAuroc,
      density: page.sortDensity,
      max: page.sortMax,
      index: page.sortIndex,
    };
    const named = autoencoders.map((one) => ({ value: one.name, label: one.label }));
    this.autoencoder.set(named.length > 0 ? named : [{ value: ANY, label: page.noAutoencoder }], name ?? ANY);
    this.search.set(search);
    const languages = LANGUAGE_IDS.map((id) => ({ value: id, label: languageLabel(id) }));
    this.language.set([{ value: ANY, label: page.anyLanguage }, ...languages], language ?? ANY);
    this.sort.set(
      FEATURE_SORTS.map((one) => ({ value: one, label: sorts[one] })),
      sort,
    );
  }

  private showWork(work: PanelWork | undefined): void {
    if (work === undefined) return this.progress.hide();
    const { done, total } = work;
    this.progress.show(total === undefined || total === 0 ? 0 : done / total, workInWords(work, this.words.page));
  }

  private choose(change: Partial<SaeSettings>): void {
    this.chosen.change(change, (settings) => this.host.choose(settings));
  }
}
