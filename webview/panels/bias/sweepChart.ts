/**
 * The strength sweep: the share in the language and the valid share over strengths, with their intervals, the share that
 * asking in the prompt gives as a level line, and the zones in which quality goes.
 */
import { fixed, percent } from '../../../src/core/charts/format.ts';
import type { StrengthSweep } from '../../../src/core/charts/strengthSweep.ts';
import { fill } from '../../../src/core/charts/words.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { ThemedChart, shareAxis, tooltip } from '../../shared/chart.ts';
import type { Drawing } from '../../shared/chart.ts';
import { drawIntervals, drawZones } from '../../shared/chartExtras.ts';
import { figure } from '../../shared/figure.ts';
import { lineIcon } from '../../shared/marks.ts';
import type { Theme } from '../../shared/theme.ts';

export interface SweepModel {
  readonly sweep: StrengthSweep;
  /** What the direction leads to, in words. */
  readonly target: string;
  /** The share that is reached by asking; absent where nobody asked. */
  readonly asked?: number;
  readonly askedName: string;
}

const HEIGHT = 320;
/** Of the table; the other figures are pointed out on the line of the language. */
const VALID_COLUMN = 4;
const VALID_DASHES = [7, 4];
const ASKED_DASHES = [2, 4];
/** Whiskers of the two lines stand beside each other. */
const OFFSETS = [-2, 2, 0];

export class SweepChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly chart: ThemedChart<SweepModel>;

  constructor(private readonly words: BiasWords) {
    const { page } = words;
    const { sweepTitle: title, sweepNote: note, numbers: tableLabel, keysHint } = page;
    this.figure = figure({ id: 'sweep', title, note, tableLabel, keysHint, isTurned: true });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.figure.setHeight(HEIGHT);
    this.chart = new ThemedChart(canvas, (model, theme) => drawing(model, theme, words));
    reading.onPlace((place) =>
      this.chart.point(place && { datasetIndex: place.column === VALID_COLUMN ? 1 : 0, index: place.row }),
    );
  }

  show(model: SweepModel): void {
    const { page } = this.words;
    this.figure.setLegend([
      { icon: lineIcon('steered', []), name: fill(page.shareLine, model.target) },
      { icon: lineIcon('valid', VALID_DASHES), name: page.validLine },
      ...(model.asked === undefined ? [] : [{ icon: lineIcon('asked', ASKED_DASHES), name: model.askedName }]),
    ]);
    this.figure.describe(model.sweep.summary, model.sweep.table);
    this.chart.show(model);
  }
}

function drawing(model: SweepModel, theme: Theme, words: BiasWords): Drawing {
  const { sweep } = model;
  const { page } = words;
  const { points, zones } = sweep;
  return {
    configuration: {
      type: 'line',
      data: { datasets: datasetsOf(model, theme, page) },
      options: {
        layout: { padding: { top: zones.length === 0 ? 8 : 38, right: 12 } },
        scales: {
          x: strengthAxis(sweep, theme, page.strengthAxis),
          y: shareAxis(theme, page.shareAxis),
        },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          tooltip: {
            ...tooltip(theme),
            callbacks: {
              title: ([item]) => `${words.sweep.strength} ${item?.parsed.x ?? ''}`,
              label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${percent(parsed.y ?? 0)}`,
            },
          },
        },
      },
    },
    under: (chart) =>
      drawZones(chart, {
        zones: zones.map(({ kind, from, to }) => ({
          from,
          to,
          colour: theme[kind],
          label: kind === 'warning' ? page.warningZone : page.dangerZone,
        })),
        isHatched: theme.isHighContrast,
      }),
    over: (chart) =>
      drawIntervals(chart, {
        values: [points.map(({ share }) => share), points.map(({ validShare }) => validShare)],
        colours: [theme.conditions.steered, theme.foreground],
        offsets: OFFSETS,
      }),
  };
}

function datasetsOf(
  { sweep: { points }, target, asked, askedName }: SweepModel,
  theme: Theme,
  page: BiasWords['page'],
) {
  const line = (name: string, colour: string, shape: 'rectRot' | 'rect', dashes: number[]) => ({
    label: name,
    borderColor: colour,
    backgroundColor: colour,
    hoverBackgroundColor: colour,
    borderWidth: 2,
    borderDash: dashes,
    pointStyle: shape,
    // Points at the edges are drawn whole.
    clip: false as const,
    pointRadius: 4.5,
    pointHoverRadius: 5.5,
  });
  const { steered, asked: askedColour } = theme.conditions;
  const end = points.at(-1)?.strength ?? 0;
  const level = [0, end].map((x) => ({ x, y: asked ?? 0 }));
  return [
    {
      ...line(fill(page.shareLine, target), steered, 'rectRot', []),
      data: points.map(({ strength, share }) => ({ x: strength, y: share[0] })),
    },
    {
      ...line(page.validLine, theme.foreground, 'rect', VALID_DASHES),
      data: points.map(({ strength, validShare }) => ({ x: strength, y: validShare[0] })),
    },
    ...(asked === undefined
      ? []
      : [{ ...line(askedName, askedColour, 'rect', ASKED_DASHES), pointRadius: 0, pointHoverRadius: 0, data: level }]),
  ];
}

/** Marked at the strengths that were measured, the dose under each. */
function strengthAxis({ points }: StrengthSweep, theme: Theme, title: string) {
  const doses = new Map(points.map(({ strength, dose }) => [strength, dose]));
  return {
    type: 'linear' as const,
    min: 0,
    max: points.at(-1)?.strength ?? 1,
    border: { color: theme.axis },
    grid: { color: theme.grid, drawTicks: false },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
      axis.ticks = points.map(({ strength }) => ({ value: strength }));
    },
    ticks: {
      color: theme.muted,
      padding: 6,
      maxRotation: 0,
      callback: (value: number | string) => {
        const dose = doses.get(Number(value));
        return [String(value), dose === undefined ? '' : fixed(dose, 2)];
      },
    },
    title: { display: true, text: title, color: theme.muted },
  };
}
