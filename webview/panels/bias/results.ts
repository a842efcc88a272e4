/** The study that is shown: its state, the three figures that matter, the pictures, and where the numbers come from. */
import { viewOfStudy } from '../../../src/core/bias/view.ts';
import type { StudyView } from '../../../src/core/bias/view.ts';
import type { StudyFigures } from '../../../src/core/bias/study.ts';
import { CONDITIONS } from '../../../src/core/charts/conditions.ts';
import { duration, interval, percent } from '../../../src/core/charts/format.ts';
import { wilson } from '../../../src/core/stats/wilson.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { el, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { markIcon } from '../../shared/marks.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { GroupedChart } from './groupedChart.ts';
import { HeatChart } from './heatChart.ts';
import { SharesChart } from './sharesChart.ts';
import { SweepChart } from './sweepChart.ts';

export type OtherStudy = StudyFigures & { readonly title: string };

export class Results {
  readonly element: HTMLElement;
  private readonly cards = el('div', { class: 'cards' });
  private readonly facts = el('dl', { class: 'facts' });
  private readonly shares: SharesChart;
  private readonly byKind: GroupedChart;
  private readonly byStyle: GroupedChart;
  private readonly compared: GroupedChart;
  private readonly sweep: SweepChart;
  private readonly heat: HeatChart;
  private shown = '';

  constructor(private readonly words: BiasWords) {
    const { page } = words;
    this.shares = new SharesChart(words, { id: 'shares', title: page.sharesTitle, note: page.sharesNote });
    this.byKind = new GroupedChart(words, { id: 'kinds', title: page.kindTitle, note: page.kindNote });
    this.byStyle = new GroupedChart(words, { id: 'styles', title: page.styleTitle, note: page.styleNote });
    this.compared = new GroupedChart(words, { id: 'compared', title: page.comparedTitle, note: page.comparedNote });
    this.sweep = new SweepChart(words);
    this.heat = new HeatChart(words);
    const { shares, byKind, byStyle, compared, sweep, heat } = this;
    const pictures = [shares, byKind, byStyle, compared, sweep, heat].map(({ element }) => element);
    this.element = el('div', { class: 'results' }, this.cards, ...pictures, this.facts);
  }

  /** @param other what it is compared with */
  show(study: StudyFigures, isUnderWay: boolean, other?: OtherStudy): void {
    const wanted = JSON.stringify([study, isUnderWay, other]);
    if (wanted === this.shown) return;
    this.shown = '';
    const view = viewOfStudy(study, this.words, other);
    this.cards.replaceChildren(...this.cardsOf(study, view));
    const hasBars = view.shares.groups.length > 0;
    show(this.shares.element, hasBars);
    if (hasBars) this.shares.show(view.shares);
    this.byKind.show(view.byKind);
    this.byStyle.show(view.byStyle);
    this.compared.show(view.compared, this.remarksOn(study, other));
    show(this.sweep.element, view.sweep !== undefined);
    if (view.sweep) {
      const { asked } = view.main;
      this.sweep.show({
        sweep: view.sweep,
        target: view.target,
        askedName: view.names.asked,
        ...(asked === undefined ? {} : { asked: asked.onTarget / asked.n }),
      });
    }
    show(this.heat.element, view.heat !== undefined);
    if (view.heat) this.heat.show(view.heat);
    this.facts.replaceChildren(...this.factsOf(study, isUnderWay));
    this.shown = wanted;
  }

  /** What both studies do not share. */
  private remarksOn({ model }: StudyFigures, other?: OtherStudy): string[] {
    const isOther =
      other !== undefined && (other.model.name !== model.name || other.model.precision !== model.precision);
    return isOther ? [fill(this.words.page.otherModel, other.model.name, other.model.precision)] : [];
  }

  private cardsOf({ direction }: StudyFigures, { main, names, target }: StudyView): HTMLElement[] {
    const { page } = this.words;
    if (direction === undefined) return [];
    return CONDITIONS.flatMap((id) => {
      const part = main[id];
      if (part === undefined) return [];
      const { n, onTarget, valid } = part;
      const share = wilson(onTarget, n);
      const counts = fill(page.inTarget, fill(page.ofAnswers, onTarget, n), fill(page.validOf, valid));
      return [
        el(
          'div',
          { class: `card ${id}` },
          el('p', { class: 'card-name' }, markIcon(id), names[id]),
          el(
            'p',
            { class: 'card-figure' },
            percent(share[0]),
            el('span', { class: 'card-target' }, ` ${fill(page.shareLine, target)}`),
          ),
          el('p', { class: 'card-note' }, `${interval(share)} · ${counts}`),
        ),
      ];
    });
  }

  private factsOf(study: StudyFigures, isUnderWay: boolean): HTMLElement[] {
    const { page, groups } = this.words;
    const answered = study.parts.reduce((sum, { n }) => sum + n, 0);
    const state = isUnderWay ? page.underWay : page[study.end];
    const entries: readonly (readonly [string, string])[] = [
      [page.date, dateTime(study.startedAt)],
      [page.model, study.model.name],
      [page.precision, study.model.precision],
      [page.direct, study.direction?.name ?? page.noDirection],
      [page.count, String(study.prompts)],
      [page.tasks, study.tasks === 'core' ? page.tasksCore : page.tasksStudy],
      [page.style, study.styles.map((style) => groups[style]).join(' + ')],
      [page.took, `${duration(study.elapsedMs)} · ${fill(state, answered, study.expected)}`],
      [page.version, study.software],
    ];
    return factsList(entries);
  }
}
