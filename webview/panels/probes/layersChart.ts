/** Probe accuracy over layers for one kind of label: a line for the probe and one for each thing that it is held against. */
import { percent } from '../../../src/core/charts/format.ts';
import { PROBE_SERIES, type ProbeLayers } from '../../../src/core/charts/probeLayers.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { drawIntervals } from '../../shared/chartExtras.ts';
import { figure } from '../../shared/figure.ts';
import { seriesIcon, seriesLook } from '../../shared/series.ts';
import type { Theme } from '../../shared/theme.ts';

const HEIGHT = 320;
/** Whiskers of the lines stand beside each other. */
const OFFSETS = [-2, 2, 0, 0, 0, 0];

export class LayersChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<ProbeLayers>;

  constructor(id: string, title: string, note: string, { page }: ProbesWords) {
    const { numbers: tableLabel, keysHint } = page;
    this.figure = figure({ id, title, note, tableLabel, keysHint, isTurned: true });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.figure.setHeight(HEIGHT);
    this.chart = new ThemedChart(canvas, (model, theme) => drawing(model, theme, page));
    // A row of the table for each layer, a column for each line.
    reading.onPlace((place) => this.chart.point(place && { datasetIndex: place.column - 1, index: place.row }));
  }

  show(model: ProbeLayers): void {
    this.figure.setLegend(model.series.map(({ id, name }) => ({ icon: seriesIcon(placeOf(id)), name })));
    this.figure.describe(model.summary, model.table);
    this.chart.show(model);
  }
}

/** A line looks the same in both pictures, whichever lines there are. */
function placeOf(id: ProbeLayers['series'][number]['id']): number {
  return PROBE_SERIES.indexOf(id);
}

function drawing({ series }: ProbeLayers, theme: Theme, page: ProbesWords['page']): Drawing {
  const looks = series.map(({ id }) => seriesLook(placeOf(id), theme));
  const layers = series[0]?.points.map(({ layer }) => layer) ?? [];
  return {
    configuration: {
      type: 'line',
      data: {
        datasets: series.map(({ name, points }, i) => ({
          ...looks[i],
          label: name,
          data: points.map(({ layer, share }) => ({ x: layer, y: share })),
          // Points at the edges are drawn whole.
          clip: false as const,
          pointRadius: 3,
          pointHoverRadius: 5,
        })),
      },
      options: {
        layout: { padding: { top: 8, right: 12 } },
        scales: { x: layerAxis(layers, theme, page.layerAxis), y: shareAxis(theme, page.shareAxis) },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              title: ([item]) => `${page.layerAxis} ${item?.parsed.x ?? ''}`,
              label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${percent(parsed.y ?? 0)}`,
            },
          },
        },
      },
    },
    over: (chart) =>
      drawIntervals(chart, {
        // A level line has one interval, at its end.
        values: series.map(({ id, points }) =>
          points.map(({ interval }, at) => (id === 'embedding' && at < points.length - 1 ? null : (interval ?? null))),
        ),
        colours: looks.map(({ borderColor }) => borderColor),
        offsets: OFFSETS,
      }),
  };
}

function layerAxis(layers: readonly number[], theme: Theme, title: string) {
  return {
    type: 'linear' as const,
    min: layers[0] ?? 0,
    max: layers.at(-1) ?? 1,
    border: { color: theme.axis },
    grid: { color: theme.grid, drawTicks: false },
    ticks: { color: theme.muted, padding: 6, maxRotation: 0, precision: 0 },
    title: { display: true, text: title, color: theme.muted },
  };
}
