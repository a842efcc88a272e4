/** Bars of one kind as a figure: a name over each, its value at the end, and the table with the same. */
import type { Bars } from '../../src/core/charts/feature.ts';
import { ThemedChart, tooltip } from './chart.ts';
import type { Drawing } from './chart.ts';
import { drawGroupNames, drawRowLabels } from './chartExtras.ts';
import { figure, type FigureOptions } from './figure.ts';
import { fillOf } from './marks.ts';
import type { Theme } from './theme.ts';

const BAR = 8;
/** Of a bar with its name. */
const ROW = 32;
const AXIS = 12;
/** Room at the right for the values. */
const VALUES = 64;

export class BarsFigure {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<Bars>;

  constructor(options: Omit<FigureOptions, 'isTurned'>) {
    this.figure = figure(options);
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.chart = new ThemedChart(canvas, drawing);
    reading.onPlace((place) => this.chart.point(place && { datasetIndex: 0, index: place.row }));
  }

  show(model: Bars): void {
    this.figure.setHeight(Math.max(1, model.values.length) * ROW + AXIS);
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

function drawing({ labels, values, texts, low, high }: Bars, theme: Theme): Drawing {
  return {
    configuration: {
      type: 'bar',
      data: {
        labels: [...labels],
        datasets: [
          {
            data: [...values],
            backgroundColor: fillOf('steered', theme),
            hoverBackgroundColor: fillOf('steered', theme),
            borderColor: theme.conditions.steered,
            borderWidth: theme.isHighContrast ? 1.5 : 1,
            // A bar of nothing is still seen to be there.
            minBarLength: 1,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: VALUES } },
        scales: { x: { display: false, min: low, max: high }, y: { display: false } },
        plugins: {
          tooltip: { ...tooltip(theme), callbacks: { label: ({ dataIndex }) => texts[dataIndex] ?? '' } },
        },
        datasets: { bar: { categoryPercentage: 1, barPercentage: BAR / ROW } },
      },
    },
    over: (chart) => {
      drawGroupNames(chart, { names: labels, colour: theme.foreground, ground: theme.background, rise: BAR / 2 + 2 });
      drawRowLabels(chart, { texts: [texts], colour: theme.muted });
    },
  };
}
