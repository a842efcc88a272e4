/** Lines over the same places as a figure: told apart by dash and mark, read by the keyboard, with the table of the same. */
import type { Lines } from '../../src/core/charts/trainingCurve.ts';
import { ThemedChart, tooltip } from './chart.ts';
import type { Drawing } from './chart.ts';
import { figure, type FigureOptions } from './figure.ts';
import { seriesIcon, seriesLook } from './series.ts';
import type { Theme } from './theme.ts';

const HEIGHT = 220;
/** More points than this are a line without marks. */
const MOST_MARKS = 60;

export class LinesFigure {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<Lines>;

  constructor(options: Omit<FigureOptions, 'isTurned'>) {
    this.figure = figure({ ...options, isTurned: true });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.figure.setHeight(HEIGHT);
    this.chart = new ThemedChart(canvas, drawing);
    reading.onPlace((place) => {
      const isPoint = place !== undefined && place.column > 0;
      this.chart.point(isPoint ? { datasetIndex: place.column - 1, index: place.row } : undefined);
    });
  }

  show(model: Lines): void {
    const { series, summary, table } = model;
    // One line needs no key: its name is the axis'.
    this.figure.setLegend(series.length > 1 ? series.map(({ name }, i) => ({ icon: seriesIcon(i), name })) : []);
    this.figure.describe(summary, () => table);
    this.chart.show(model);
  }
}

function drawing({ xs, series, xTitle, yTitle }: Lines, theme: Theme): Drawing {
  const axis = (title: string) => ({
    type: 'linear' as const,
    border: { color: theme.axis },
    grid: { color: theme.grid, drawTicks: false },
    ticks: { color: theme.muted, padding: 6, maxRotation: 0, maxTicksLimit: 6 },
    title: { display: true, text: title, color: theme.muted },
  });
  return {
    configuration: {
      type: 'line',
      data: {
        datasets: series.map(({ name, values }, i) => ({
          ...seriesLook(i, theme),
          label: name,
          data: values.map((y, at) => ({ x: xs[at] ?? 0, y: y ?? Number.NaN })),
          spanGaps: true,
          clip: false as const,
          pointRadius: values.filter((value) => value !== null).length > MOST_MARKS ? 0 : 2.5,
          pointHoverRadius: 5,
        })),
      },
      options: {
        layout: { padding: { top: 8, right: 12 } },
        scales: { x: { ...axis(xTitle), min: 0 }, y: axis(yTitle) },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              title: ([item]) => `${xTitle} ${item?.parsed.x ?? ''}`,
              label: ({ datasetIndex, dataIndex }) =>
                `${series[datasetIndex]?.name ?? ''}: ${series[datasetIndex]?.texts[dataIndex] ?? ''}`,
            },
          },
        },
      },
    },
  };
}
