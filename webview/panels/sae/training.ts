/** Training an autoencoder: what it learns from and how, the run under way, and its figures as they come. */
import { whole } from '../../../src/core/charts/format.ts';
import { figuresInShort, trainingCurve, TRAINING_CURVES } from '../../../src/core/charts/trainingCurve.ts';
import { TRAINING_ARCHITECTURES } from '../../../src/core/sae/training/config.ts';
import type { TrainingFigures } from '../../../src/core/sae/training/figures.ts';
import type { PanelWork } from '../../../src/protocol/panels/panel.ts';
import type { SaePanel } from '../../../src/protocol/panels/sae.ts';
import type { TrainingChoice, TrainingState } from '../../../src/protocol/panels/saeTraining.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import type { Announcer } from '../../shared/a11y.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { Fetched } from '../../shared/fetched.ts';
import { LinesFigure } from '../../shared/linesFigure.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill } from '../../shared/strings.ts';
import { button, dropdown, textField } from '../../shared/ui.ts';
import { workInWords } from './work.ts';

export class TrainingSection {
  readonly element: HTMLDetailsElement;
  private readonly activations = el('p', { class: 'hint' });
  private readonly name;
  private readonly architecture;
  private readonly k;
  private readonly sparsity;
  private readonly steps;
  private readonly choosing;
  private readonly starting;
  private readonly going;
  private readonly cancel;
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly figures = el('p', { class: 'hint' });
  private readonly progress: ProgressBar;
  private readonly curves: readonly { readonly show: (points: readonly TrainingFigures[]) => void }[];
  private readonly pictures: HTMLElement;
  private readonly chosen: ChosenSettings<TrainingChoice>;
  private readonly fetched: Fetched<number, void>;
  /** Whether it was opened for the user, who may close it again. */
  private wasWanted = false;

  constructor(
    private readonly words: SaeWords,
    private readonly host: Client<SaePanel>,
    announcer: Announcer,
    tell: (error: unknown) => void,
  ) {
    this.chosen = new ChosenSettings(tell);
    const { training } = words;
    const ask = (call: Promise<null>): void => void call.catch(tell);
    const press = (label: string, call: () => Promise<null>, isSecondary = true) =>
      button({ label, isSecondary, onClick: () => ask(call()) });
    const field = (id: string, label: string, change: (value: string) => Partial<TrainingChoice>) =>
      textField({ id, label, onChange: (value) => this.choose(change(value.trim())) });
    this.name = field('run-name', training.name, (name) => ({ name }));
    this.architecture = dropdown({
      id: 'architecture',
      label: training.architecture,
      onChange: (value) => this.choose({ architecture: TRAINING_ARCHITECTURES.find((one) => one === value) ?? 'topk' }),
    });
    this.k = field('k', training.k, (value) => ({ k: Number(value) }));
    this.sparsity = field('sparsity', training.sparsity, (value) => ({ sparsity: numberOrNull(value) }));
    this.steps = field('steps', training.steps, (value) => ({ steps: numberOrNull(value) }));
    this.choosing = [
      press(training.pick, () => host.pickActivations({})),
      press(training.collect, () => host.collect({})),
    ];
    this.starting = press(training.train, () => host.train({ start: 'new' }), false);
    this.going = [
      press(training.resume, () => host.train({ start: 'resume' }), false),
      press(training.replace, () => host.train({ start: 'replace' })),
    ];
    this.cancel = press(training.cancel, () => host.cancelTraining({}));
    this.progress = new ProgressBar(training.title, announcer);
    const figures = TRAINING_CURVES.map((id) => {
      const options = { id: `curve-${id}`, title: training[`${id}Title`], note: training[`${id}Note`] };
      return {
        id,
        figure: new LinesFigure({ ...options, tableLabel: words.page.numbers, keysHint: words.page.keysHint }),
      };
    });
    this.curves = figures.map(({ id, figure }) => ({
      show: (points) => figure.show(trainingCurve(points, id, words.curves)),
    }));
    this.pictures = el('div', { class: 'texts curves' }, ...figures.map(({ figure }) => figure.element));
    this.fetched = new Fetched<number, void>(
      async () => {
        const answer = await host.curve({});
        if (answer) for (const curve of this.curves) curve.show(answer.points);
      },
      () => undefined,
      tell,
    );
    const row = (...controls: readonly { readonly element: HTMLElement }[]): HTMLElement =>
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    this.element = el(
      'details',
      { class: 'part training' },
      el('summary', {}, training.title),
      el('p', { class: 'hint' }, training.lead),
      row(...this.choosing),
      this.activations,
      row(this.name, this.architecture, this.k, this.sparsity, this.steps),
      row(this.starting, ...this.going, this.cancel),
      this.notice,
      this.progress.element,
      this.figures,
      this.problem,
      this.pictures,
    );
  }

  /** @param isOffered opens it: there is nothing else to do here */
  show(told: TrainingState, isOffered: boolean): void {
    const { training } = this.words;
    const { settings: choice, state } = this.chosen.heard({ settings: told.choice, state: told });
    const { activity, work, latest, curve, problem } = state;
    const isBusy = activity === 'training' || activity === 'collecting';
    const isUnfinished = activity === 'unfinished';
    this.showChoice(choice, isBusy);
    for (const { element } of this.choosing) show(element, !isBusy);
    show(this.starting.element, !isBusy && !isUnfinished && choice.activations !== null);
    for (const { element } of this.going) show(element, isUnfinished);
    show(this.cancel.element, isBusy);
    const notice = isUnfinished ? training.unfinished : activity === 'done' ? fill(training.done, choice.name) : '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(work);
    const { figures, vectorsPerSecond } = latest ?? {};
    const inShort = figures === undefined ? '' : figuresInShort(figures, this.words.curves);
    setText(this.figures, fill(training.figures, inShort, whole(vectorsPerSecond ?? 0)));
    show(this.figures, figures !== undefined);
    show(this.pictures, curve !== undefined);
    this.fetched.want(curve);
    if ((isBusy || isOffered) && !this.wasWanted) this.element.open = true;
    this.wasWanted = isBusy || isOffered;
  }

  private showChoice({ activations, name, architecture, k, sparsity, steps }: TrainingChoice, isBusy: boolean): void {
    const { training } = this.words;
    setText(this.activations, `${training.activations}: ${activations ?? training.noActivations}`);
    this.name.set(name);
    this.architecture.set(
      TRAINING_ARCHITECTURES.map((value) => ({ value, label: training[value] })),
      architecture,
    );
    this.k.set(String(k));
    this.sparsity.set(String(sparsity ?? ''));
    this.steps.set(String(steps ?? ''));
    const isPriced = architecture === 'jumprelu' || architecture === 'relu';
    show(this.k.element, !isPriced);
    show(this.sparsity.element, isPriced);
    for (const control of [this.name, this.architecture, this.k, this.sparsity, this.steps])
      control.setDisabled(isBusy);
  }

  private showWork(work: PanelWork | undefined): void {
    if (work === undefined) return this.progress.hide();
    const { done, total } = work;
    this.progress.show(total === undefined || total === 0 ? 0 : done / total, workInWords(work, this.words.page));
  }

  private choose(change: Partial<TrainingChoice>): void {
    this.chosen.change(change, (choice) => this.host.chooseTraining(choice));
  }
}

/** An empty field is no number; what is no number is refused by the host in words. */
function numberOrNull(value: string): number | null {
  return value === '' ? null : Number(value);
}
