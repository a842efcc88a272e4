/** What is read, and how; progress while it is; what to do where there is nothing yet. */
import { duration, languageLabel } from '../../../src/core/charts/format.ts';
import { LAYER_MEASURES, type LayersPicture } from '../../../src/core/charts/layersGrid.ts';
import { languageNamed } from '../../../src/core/language/languages.ts';
import { TOKEN_CHOICES } from '../../../src/protocol/panels/layers.ts';
import type { LayersPanel, LayersSettings, LayersSnapshot } from '../../../src/protocol/panels/layers.ts';
import type { LayersWords } from '../../../src/protocol/panels/layersWords.ts';
import type { PanelWork } from '../../../src/protocol/panels/panel.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import type { PageParts } from '../../shared/page.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill } from '../../shared/strings.ts';
import { button, checkbox, dropdown } from '../../shared/ui.ts';

/** The value of the choice that is no direction: no name of an artefact is empty. */
const NO_DIRECTION = '';

export class Controls {
  readonly element: HTMLElement;
  private readonly words: LayersWords;
  private readonly tell: (error: unknown) => void;
  private readonly measure;
  private readonly language;
  private readonly direction;
  private readonly tokens;
  private readonly steered;
  private readonly follows;
  private readonly readEditor;
  private readonly readCompletion;
  private readonly cancel;
  private readonly get;
  private readonly save;
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;
  private readonly chosen: ChosenSettings<LayersSettings>;

  constructor(
    { words, announcer, tell }: PageParts<LayersWords>,
    private readonly host: Client<LayersPanel>,
  ) {
    const { page } = words;
    this.words = words;
    this.tell = tell;
    this.chosen = new ChosenSettings(tell);
    this.measure = dropdown({
      id: 'measure',
      label: page.measure,
      onChange: (value) => {
        const measure = LAYER_MEASURES.find((known) => known === value);
        if (measure) this.choose({ measure });
      },
    });
    this.language = dropdown({
      id: 'language',
      label: page.language,
      onChange: (value) => {
        const language = languageNamed(value)?.id;
        if (language) this.choose({ language });
      },
    });
    this.direction = dropdown({
      id: 'direction',
      label: page.direction,
      onChange: (value) => this.choose({ direction: value === NO_DIRECTION ? null : value }),
    });
    this.tokens = dropdown({
      id: 'tokens',
      label: page.tokens,
      onChange: (value) => this.choose({ tokens: Number(value) }),
    });
    this.steered = checkbox({ label: page.steered, onChange: (steered) => this.choose({ steered }) });
    this.follows = checkbox({ label: page.follows, onChange: (follows) => this.choose({ follows }) });
    this.readEditor = button({ label: page.readEditor, onClick: () => this.ask(host.readEditor({})) });
    this.readCompletion = button({
      label: page.readCompletion,
      isSecondary: true,
      onClick: () => this.ask(host.readCompletion({})),
    });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => this.ask(host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => this.ask(host.getModel({})) });
    this.save = button({ label: page.save, isSecondary: true, onClick: () => this.ask(host.save({})) });
    const open = button({ label: page.open, isSecondary: true, onClick: () => this.ask(host.open({})) });
    this.progress = new ProgressBar(page.title, announcer);
    const row = (...controls: readonly { readonly element: HTMLElement }[]): HTMLElement =>
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    this.element = el(
      'section',
      {},
      row(this.measure, this.language, this.direction, this.tokens, this.steered, this.follows),
      row(this.readEditor, this.cancel, this.get, this.readCompletion, this.save, open),
      this.notice,
      this.progress.element,
      this.problem,
    );
  }

  show(told: LayersSnapshot): void {
    const snapshot = this.chosen.heard(told);
    const { settings, work, model, problem, directions, hasCompletion, reading } = snapshot;
    const { page, charts } = this.words;
    const isMissing = model.state === 'missing';
    const picture = this.pictureOf(snapshot);
    const measures = LAYER_MEASURES.filter((measure) => measure !== 'cosine' || reading?.hasCosine === true);
    this.measure.set(
      measures.map((value) => ({ value, label: charts[value] })),
      picture.measure,
    );
    const languages = reading?.probe?.languages ?? [];
    this.language.set(
      languages.map((value) => ({ value, label: languageLabel(value) })),
      picture.language,
    );
    show(this.language.element, picture.measure === 'probe' && languages.length > 0);
    this.direction.set(
      [
        { value: NO_DIRECTION, label: page.noDirection },
        ...directions.map(({ name, label }) => ({ value: name, label })),
      ],
      settings.direction ?? NO_DIRECTION,
    );
    const counts = [...new Set([...TOKEN_CHOICES, settings.tokens])].sort((a, b) => a - b);
    this.tokens.set(
      counts.map((count) => ({ value: String(count), label: String(count) })),
      String(settings.tokens),
    );
    this.steered.set(settings.steered);
    this.follows.set(settings.follows);
    const action = work ? this.cancel : isMissing ? this.get : this.readEditor;
    showOne(
      [this.readEditor, this.cancel, this.get].map(({ element }) => element),
      action.element,
    );
    show(this.readCompletion.element, hasCompletion && !isMissing && work === undefined);
    show(this.save.element, reading?.isWriting === false);
    const notice = this.noticeOf(snapshot);
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    if (work) this.progress.show(shareOf(work), wordsOf(work));
    else this.progress.hide();
  }

  private noticeOf({ model, isStale, reading }: LayersSnapshot): string {
    const { page } = this.words;
    if (model.state === 'missing') return page.noModel;
    if (model.state === 'opening') return page.opening;
    if (reading?.isWriting === true) return fill(page.writing, reading.tokens);
    return isStale ? page.stale : '';
  }

  /** What can be shown of the reading: another one may have had more. */
  pictureOf({ settings: { measure, language }, reading }: LayersSnapshot): LayersPicture {
    const languages = reading?.probe?.languages ?? [];
    const [first = language] = languages;
    return {
      measure: measure === 'cosine' && reading?.hasCosine !== true ? 'lens' : measure,
      language: languages.includes(language) ? language : first,
    };
  }

  private choose(change: Partial<LayersSettings>): void {
    this.chosen.change(change, (settings) => this.host.choose(settings));
  }

  private ask(call: Promise<null>): void {
    call.catch((error: unknown) => this.tell(error));
  }
}

function shareOf({ done, total = 0 }: PanelWork): number {
  return total === 0 ? 0 : Math.min(1, done / total);
}

/** "reading layers 64 / 128 · 3 s". */
function wordsOf({ phase, done, total, leftMs }: PanelWork): string {
  const figures = total === undefined ? phase : `${phase} ${done} / ${total}`;
  return leftMs === undefined ? figures : `${figures} · ${duration(leftMs)}`;
}
