/** The bars of language shares: a group a language, a bar a condition, each with its mark, interval and count. */
import type { LanguageShares } from '../../../src/core/charts/languageShares.ts';
import { fill } from '../../../src/core/charts/words.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { drawIntervals, drawMarks, drawRowLabels } from '../../shared/chartExtras.ts';
import { figure } from '../../shared/figure.ts';
import { fillOf, markIcon } from '../../shared/marks.ts';
import type { Theme } from '../../shared/theme.ts';

const BAR = 13;
/** Between two bars, and between two languages. */
const BAR_GAP = 4;
const GROUP_GAP = 16;
const AXIS = 34;

export class SharesChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<LanguageShares>;

  constructor(words: BiasWords) {
    const { page, shares } = words;
    this.figure = figure({ id: 'shares', title: page.sharesTitle, note: page.sharesNote, tableLabel: page.numbers });
    this.element = this.figure.element;
    this.chart = new ThemedChart(this.figure.canvas, (model, theme) => drawing(model, theme, shares.countOf));
  }

  show(model: LanguageShares): void {
    const rows = model.groups.length;
    this.figure.setHeight(rows * (model.conditions.length * (BAR + BAR_GAP) + GROUP_GAP) + AXIS);
    this.figure.setLegend(model.conditions.map(({ id, name }) => ({ icon: markIcon(id), name })));
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

function drawing({ conditions, groups }: LanguageShares, theme: Theme, countOf: string): Drawing {
  const bars = conditions.map((_, i) => groups.flatMap((group) => group.bars.slice(i, i + 1)));
  const colours = conditions.map(({ id }) => theme.conditions[id]);
  const counts = bars.map((ofCondition) => ofCondition.map(({ count, n }) => fill(countOf, count, n)));
  return {
    configuration: {
      type: 'bar',
      data: {
        labels: groups.map(({ label }) => label),
        datasets: conditions.map(({ id, name }, i) => ({
          label: name,
          data: (bars[i] ?? []).map(({ share }) => share[0]),
          backgroundColor: fillOf(id, theme),
          hoverBackgroundColor: fillOf(id, theme),
          borderColor: theme.conditions[id],
          borderWidth: theme.isHighContrast ? 1.5 : 0,
          barThickness: BAR,
          // A bar of nothing is still seen to be there.
          minBarLength: 1,
        })),
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: 58 } },
        scales: {
          x: shareAxis(theme),
          y: {
            border: { display: false },
            grid: { display: false },
            ticks: { color: theme.foreground, padding: 16, font: { size: theme.fontSize } },
          },
        },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              label: ({ datasetIndex, dataIndex, dataset }) =>
                `${dataset.label ?? ''}: ${counts[datasetIndex]?.[dataIndex] ?? ''}`,
            },
          },
        },
        datasets: { bar: { categoryPercentage: 1, grouped: true } },
      },
    },
    over: (chart) => {
      drawMarks(chart, { conditions: conditions.map(({ id }) => id), colours });
      drawIntervals(chart, {
        values: bars.map((ofCondition) => ofCondition.map(({ share, n }) => (n === 0 ? null : share))),
        colours: [theme.foreground],
      });
      drawRowLabels(chart, { texts: counts, colour: theme.muted });
    },
  };
}
