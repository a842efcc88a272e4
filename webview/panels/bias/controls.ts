/** What the next study will be of, its beginning and its end; progress while it runs; studies that were kept. */
import { TASKS_IN, TASK_SETS, studyParts } from '../../../src/core/bias/parts.ts';
import { duration } from '../../../src/core/charts/format.ts';
import { PROMPT_STYLES } from '../../../src/core/language/prompts/styles.ts';
import { PROMPT_CHOICES } from '../../../src/protocol/panels/bias.ts';
import type { BiasPanel, BiasSettings, BiasSnapshot, BiasWork } from '../../../src/protocol/panels/bias.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { measureOptions } from '../../../src/protocol/measureOptions.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import type { Announcer } from '../../shared/a11y.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import { pastRuns } from '../../shared/pastRuns.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill, whole } from '../../shared/strings.ts';
import { button, checkbox, dropdown } from '../../shared/ui.ts';

/** The value of the choice that is no direction: no name of an artefact is empty. */
const NO_DIRECTION = '';
/** The value of the choice that is no one style. */
const ALL_STYLES = 'all';

export class Controls {
  readonly element: HTMLElement;
  private readonly direction;
  private readonly tasks;
  private readonly style;
  private readonly prompts;
  private readonly sweep;
  private readonly start;
  private readonly cancel;
  private readonly get;
  private readonly past;
  private readonly compare;
  private readonly export;
  private readonly estimate = el('p', { class: 'hint' });
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;
  private readonly chosen: ChosenSettings<BiasSettings>;

  constructor(
    private readonly words: BiasWords,
    private readonly host: Client<BiasPanel>,
    announcer: Announcer,
    private readonly tell: (error: unknown) => void,
  ) {
    const { page } = words;
    this.chosen = new ChosenSettings(tell);
    this.direction = dropdown({
      id: 'direction',
      label: page.direction,
      onChange: (value) => this.choose({ direction: value === NO_DIRECTION ? null : value }),
    });
    this.tasks = dropdown({
      id: 'tasks',
      label: page.tasks,
      onChange: (value) => {
        const tasks = TASK_SETS.find((known) => known === value);
        if (tasks) this.choose({ tasks });
      },
    });
    this.style = dropdown({
      id: 'style',
      label: page.style,
      onChange: (value) => {
        const style = PROMPT_STYLES.find((known) => known === value);
        this.choose({ styles: style ? [style] : PROMPT_STYLES });
      },
    });
    this.prompts = dropdown({
      id: 'prompts',
      label: page.prompts,
      onChange: (value) => this.choose({ prompts: Number(value) }),
    });
    this.sweep = checkbox({ label: page.sweep, onChange: (isOn) => this.choose({ sweep: isOn }) });
    this.start = button({ label: page.start, onClick: () => this.ask(this.host.start({})) });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => this.ask(this.host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => this.ask(this.host.getModel({})) });
    this.past = pastRuns({
      label: page.past,
      choose: page.pastChoose,
      open: (id) => this.ask(this.host.open({ id })),
    });
    this.compare = pastRuns({
      id: 'compare',
      label: page.compare,
      choose: page.compareNone,
      open: (id) => this.ask(this.host.compare({ id })),
      clear: () => this.ask(this.host.compare({ id: null })),
    });
    this.export = button({ label: page.export, isSecondary: true, onClick: () => this.ask(this.host.save({})) });
    this.progress = new ProgressBar(page.title, announcer);
    const study = el(
      'div',
      { class: 'controls' },
      ...[this.direction, this.tasks, this.style, this.prompts, this.sweep, this.start, this.cancel, this.get].map(
        ({ element }) => element,
      ),
    );
    const kept = el('div', { class: 'controls' }, this.past.element, this.compare.element, this.export.element);
    this.element = el('section', {}, study, this.estimate, this.notice, this.progress.element, this.problem, kept);
  }

  show(told: BiasSnapshot): void {
    const snapshot = this.chosen.heard(told);
    const { settings, work, model, past, study, studyId, problem, directions, compared } = snapshot;
    const { page, groups } = this.words;
    const isMissing = model.state === 'missing';
    this.direction.set(
      [
        { value: NO_DIRECTION, label: page.noDirection },
        ...directions.map(({ name, label }) => ({ value: name, label })),
      ],
      settings.direction ?? NO_DIRECTION,
    );
    this.tasks.set(
      [
        { value: 'core', label: page.tasksCore },
        { value: 'study', label: page.tasksStudy },
      ],
      settings.tasks,
    );
    const isOne = settings.styles.length === 1;
    this.style.set(
      [
        ...PROMPT_STYLES.map((value) => ({ value, label: groups[value] })),
        {
          value: ALL_STYLES,
          label: isOne ? page.allStyles : settings.styles.map((style) => groups[style]).join(' + '),
        },
      ],
      isOne ? (settings.styles[0] ?? ALL_STYLES) : ALL_STYLES,
    );
    const most = TASKS_IN[settings.tasks];
    const asked = Math.min(settings.prompts, most);
    const offered = PROMPT_CHOICES.filter((count) => count <= most);
    const counts = [...new Set([...offered, asked])].sort((a, b) => a - b);
    this.prompts.set(
      counts.map((count) => ({ value: String(count), label: String(count) })),
      String(asked),
    );
    this.sweep.set(settings.sweep);
    for (const control of [this.direction, this.tasks, this.style, this.prompts])
      control.setDisabled(work !== undefined);
    this.sweep.setDisabled(work !== undefined || settings.direction === null);
    const action = work !== undefined ? this.cancel : isMissing ? this.get : this.start;
    showOne(
      [this.start, this.cancel, this.get].map(({ element }) => element),
      action.element,
    );
    this.past.show(past, studyId);
    const others = study === undefined ? [] : past.filter(({ id }) => id !== studyId);
    this.compare.show(others, compared?.id);
    show(this.export.element, study !== undefined && work === undefined && study.parts.length > 0);
    this.showNotice(isMissing ? page.noModel : model.state === 'opening' ? page.opening : '');
    setText(this.estimate, work === undefined ? this.sizeOf(snapshot) : '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(work);
  }

  private showNotice(text: string): void {
    setText(this.notice, text);
    show(this.notice, text !== '');
  }

  private showWork(work: BiasWork | undefined): void {
    if (work === undefined) return this.progress.hide();
    const { page } = this.words;
    const share = work.totalTokens === 0 ? 0 : Math.min(1, work.tokens / work.totalTokens);
    const parts = [
      fill(page.progress, work.answers, work.totalAnswers),
      work.phase === '' ? page.starting : work.phase,
      ...(work.leftMs === undefined ? [] : [fill(page.left, duration(work.leftMs))]),
    ];
    this.progress.show(share, parts.join(' · '));
  }

  /** How much a study of the settings is, said before it is begun. */
  private sizeOf({ settings, directions }: BiasSnapshot): string {
    const chosen = directions.find(({ name }) => name === settings.direction);
    const target = chosen?.target;
    const { styles, sweep, tasks } = settings;
    const parts = studyParts({
      ...{ styles, sweep },
      ...(chosen === undefined ? {} : { direction: target === undefined ? {} : { target } }),
    });
    const answers = parts.length * Math.min(settings.prompts, TASKS_IN[tasks]);
    return fill(this.words.page.estimate, whole(answers), measureOptions.maxTokens);
  }

  private choose(change: Partial<BiasSettings>): void {
    this.chosen.change(change, (settings) => this.host.choose(settings));
  }

  private ask(call: Promise<null>): void {
    call.catch((error: unknown) => this.tell(error));
  }
}
