/** The bars of language shares: a group a language, a bar a condition (or a kind of task, a style, a study), each with its mark, interval and count. Names stand
 * over their bars, so that long ones fit into a narrow panel. */
import type { BarLook } from '../../../src/core/charts/conditions.ts';
import type { LanguageShares } from '../../../src/core/charts/languageShares.ts';
import { fill } from '../../../src/core/charts/words.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { drawGroupNames, drawIntervals, drawMarks, drawRowLabels } from '../../shared/chartExtras.ts';
import { figure } from '../../shared/figure.ts';
import { colourOf, fillOf, markIcon } from '../../shared/marks.ts';
import type { Theme } from '../../shared/theme.ts';

const BAR = 13;
const BAR_GAP = 3;
/** Between two languages; the name of the lower one stands in it. */
const GROUP_GAP = 32;
const AXIS = 28;
/** Room at the left for the marks, and at the right for the counts. */
const MARKS = 16;
const COUNTS = 58;

export class SharesChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<LanguageShares<BarLook>>;

  /** @param frame what the picture is of; its id is unique in the page */
  constructor(
    { page, shares }: BiasWords,
    frame: { readonly id: string; readonly title: string; readonly note: string },
  ) {
    const { numbers: tableLabel, keysHint } = page;
    this.figure = figure({ ...frame, tableLabel, keysHint });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.chart = new ThemedChart(canvas, (model, theme) => drawing(model, theme, shares.countOf));
    // A row of the table for each language, a column for each condition.
    reading.onPlace((place) => this.chart.point(place && { datasetIndex: place.column - 1, index: place.row }));
  }

  show(model: LanguageShares<BarLook>): void {
    const rows = model.groups.length;
    this.figure.setHeight(rows * groupHeight(model) + AXIS);
    this.figure.setLegend(model.conditions.map(({ id, name }) => ({ icon: markIcon(id), name })));
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

function groupHeight({ conditions }: LanguageShares<BarLook>): number {
  return conditions.length * (BAR + BAR_GAP) + GROUP_GAP;
}

function drawing(model: LanguageShares<BarLook>, theme: Theme, countOf: string): Drawing {
  const { conditions, groups } = model;
  const bars = conditions.map((_, i) => groups.flatMap((group) => group.bars.slice(i, i + 1)));
  const colours = conditions.map(({ id }) => colourOf(id, theme));
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
          borderColor: colourOf(id, theme),
          borderWidth: theme.isHighContrast ? 1.5 : 1,
          // A bar of nothing is still seen to be there.
          minBarLength: 1,
        })),
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { left: MARKS, right: COUNTS } },
        scales: { x: shareAxis(theme), y: { display: false } },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              label: ({ datasetIndex, dataIndex, dataset }) =>
                `${dataset.label ?? ''}: ${counts[datasetIndex]?.[dataIndex] ?? ''}`,
            },
          },
        },
        datasets: {
          bar: { categoryPercentage: 1 - GROUP_GAP / groupHeight(model), barPercentage: BAR / (BAR + BAR_GAP) },
        },
      },
    },
    over: (chart) => {
      drawGroupNames(chart, {
        names: groups.map(({ label }) => label),
        colour: theme.foreground,
        ground: theme.background,
        rise: BAR / 2 + 4,
      });
      drawMarks(chart, { conditions: conditions.map(({ id }) => id), colours });
      drawIntervals(chart, {
        values: bars.map((ofCondition) => ofCondition.map(({ share, n }) => (n === 0 ? null : share))),
        colours: [theme.foreground],
      });
      drawRowLabels(chart, { texts: counts, colour: theme.muted });
    },
  };
}
