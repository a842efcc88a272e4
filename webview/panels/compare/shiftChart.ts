/** KL and the shift of the written token's log probability, token by token, on one axis: both are in nats. */
import { fixed } from '../../../src/core/charts/format.ts';
import type { TokenShift } from '../../../src/core/charts/comparison.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { ThemedChart, tooltip, type Drawing } from '../../shared/chart.ts';
import { figure } from '../../shared/figure.ts';
import { lineIcon } from '../../shared/marks.ts';
import type { Theme } from '../../shared/theme.ts';

const HEIGHT = 260;
const SHIFT_DASHES = [7, 4];
/** Of the table: the column of the shift and those after it are pointed out on its line. */
const SHIFT_COLUMN = 2;

export class ShiftChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<TokenShift>;

  constructor({ page, charts }: CompareWords) {
    const { klTitle: title, klNote: note, numbers: tableLabel, keysHint } = page;
    this.figure = figure({ id: 'kl', title, note, tableLabel, keysHint, isTurned: true });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.figure.setHeight(HEIGHT);
    this.figure.setLegend([
      { icon: lineIcon('steered', []), name: charts.kl },
      { icon: lineIcon('valid', SHIFT_DASHES), name: charts.shift },
    ]);
    this.chart = new ThemedChart(canvas, (model, theme) => drawing(model, theme, charts));
    reading.onPlace((place) =>
      this.chart.point(place && { datasetIndex: place.column >= SHIFT_COLUMN ? 1 : 0, index: place.row }),
    );
  }

  show(model: TokenShift): void {
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

function drawing({ labels, kl, shift }: TokenShift, theme: Theme, words: CompareWords['charts']): Drawing {
  const line = (label: string, data: readonly (number | null)[], colour: string, shape: 'rectRot' | 'rect') => ({
    label,
    data: [...data],
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    pointStyle: shape,
    pointRadius: labels.length > 64 ? 0 : 3,
    pointHoverRadius: 5,
    clip: false as const,
  });
  const axis = { border: { color: theme.axis }, grid: { color: theme.grid, drawTicks: false } };
  return {
    configuration: {
      type: 'line',
      data: {
        labels: [...labels],
        datasets: [
          line(words.kl, kl, theme.conditions.steered, 'rectRot'),
          { ...line(words.shift, shift, theme.foreground, 'rect'), borderDash: SHIFT_DASHES },
        ],
      },
      options: {
        layout: { padding: { top: 8, right: 12 } },
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: { ...axis, ticks: { color: theme.muted, autoSkip: true, maxRotation: 50 } },
          y: {
            ...axis,
            ticks: { color: theme.muted, padding: 6 },
            title: { display: true, text: words.unit, color: theme.muted },
          },
        },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${fixed(parsed.y ?? 0, 3)} ${words.unit}`,
            },
          },
        },
      },
    },
  };
}
