/** Language shares of two or three groups of answers, and under the picture what may be said of their differences. */
import type { GroupedShares } from '../../../src/core/bias/groups.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { el, show } from '../../shared/dom.ts';
import { SharesChart } from './sharesChart.ts';

export class GroupedChart {
  readonly element: HTMLElement;
  private readonly chart: SharesChart;
  private readonly statements = el('ul', { class: 'statements' });

  constructor(words: BiasWords, frame: { readonly id: string; readonly title: string; readonly note: string }) {
    this.chart = new SharesChart(words, frame);
    this.element = el('div', {}, this.chart.element, this.statements);
  }

  /** @param more said after the differences */
  show(grouped: GroupedShares | undefined, more: readonly string[] = []): void {
    show(this.element, grouped !== undefined);
    if (grouped === undefined) return;
    this.chart.show(grouped.shares);
    const sentences = [...grouped.statements, ...more];
    this.statements.replaceChildren(...sentences.map((sentence) => el('li', {}, sentence)));
    show(this.statements, sentences.length > 0);
  }
}
