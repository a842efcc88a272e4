/**
 * What Chart.js has no part for: intervals over bars and points, the marks of the conditions, labels at the end of a
 * row, and zones behind a line. Each draws into a chart what it is given; none computes a figure.
 */
import { Chart } from 'chart.js';
import type { BarLook } from '../../src/core/charts/conditions.ts';
import { whiskerStrokes } from '../../src/core/charts/shapes.ts';
import type { Point } from '../../src/core/charts/shapes.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';
import { TEXT_LEFT, shortened } from './canvasText.ts';
import { drawMark, hatching } from './marks.ts';
import { withAlpha } from './theme.ts';

export interface IntervalOptions {
  /** [dataset][point]; null draws nothing. */
  readonly values: readonly (readonly (Interval | null)[])[];
  /** One colour for all, or one a dataset. */
  readonly colours: readonly string[];
  /** How far along the other axis each dataset's intervals are moved, so that they do not hide each other. */
  readonly offsets?: readonly number[];
}

export interface MarkOptions {
  /** The look of each dataset. */
  readonly conditions: readonly BarLook[];
  readonly colours: readonly string[];
}

export interface GroupNameOptions {
  /** One for each row of bars. */
  readonly names: readonly string[];
  readonly colour: string;
  /** Drawn under the names, which the axis would cross. */
  readonly ground: string;
  /** From the middle of a bar up to its name, in CSS pixels. */
  readonly rise: number;
}

export interface RowLabelOptions {
  /** [dataset][point], at the right end of each bar's row. */
  readonly texts: readonly (readonly string[])[];
  readonly colour: string;
}

export interface ZoneOptions {
  readonly zones: readonly {
    readonly from: number;
    readonly to: number;
    readonly colour: string;
    readonly label: string;
  }[];
  readonly isHatched: boolean;
}

const CAP = 3;

/** A thin line with end caps from the lower to the upper end of each interval. */
export function drawIntervals(chart: Chart, options: IntervalOptions): void {
  const { ctx } = chart;
  const isAcross = chart.options.indexAxis === 'y';
  const scale = chart.scales[isAcross ? 'x' : 'y'];
  if (!scale) return;
  const turned = ([along, across]: Point): Point => (isAcross ? [along, across] : [across, along]);
  ctx.save();
  ctx.lineWidth = 1.2;
  for (const [i, values] of options.values.entries()) {
    ctx.strokeStyle = options.colours[i] ?? options.colours[0] ?? '';
    const offset = options.offsets?.[i] ?? 0;
    for (const [j, element] of chart.getDatasetMeta(i).data.entries()) {
      const interval = values[j];
      if (!interval) continue;
      const [low, high] = [scale.getPixelForValue(interval[1]), scale.getPixelForValue(interval[2])];
      const middle = (isAcross ? element.y : element.x) + offset;
      for (const [from, to] of whiskerStrokes(low, high, middle, CAP)) stroke(ctx, turned(from), turned(to));
    }
  }
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, from: Point, to: Point): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** The shape of each bar's condition, before the bar. */
export function drawMarks(chart: Chart, options: MarkOptions): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  for (const [i, condition] of options.conditions.entries()) {
    ctx.fillStyle = options.colours[i] ?? '';
    for (const element of chart.getDatasetMeta(i).data) drawMark(ctx, condition, [chartArea.left - 9, element.y], 3.2);
  }
  ctx.restore();
}

/** The name of each group of bars, over the first of them. */
export function drawGroupNames(chart: Chart, { names, colour, ground, rise }: GroupNameOptions): void {
  const { ctx } = chart;
  ctx.save();
  setFont(chart);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  for (const [i, { y }] of chart.getDatasetMeta(0).data.entries()) {
    const text = shortened(ctx, names[i] ?? '', chart.width - TEXT_LEFT);
    const { width, actualBoundingBoxAscent: height } = ctx.measureText(text);
    ctx.fillStyle = ground;
    ctx.fillRect(TEXT_LEFT, y - rise - height, width, height);
    ctx.fillStyle = colour;
    ctx.fillText(text, TEXT_LEFT, y - rise);
  }
  ctx.restore();
}

/** Figures at the right end of the rows, flush right. */
export function drawRowLabels(chart: Chart, options: RowLabelOptions): void {
  const { ctx } = chart;
  ctx.save();
  setFont(chart);
  ctx.fillStyle = options.colour;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const [i, texts] of options.texts.entries())
    for (const [j, element] of chart.getDatasetMeta(i).data.entries())
      ctx.fillText(texts[j] ?? '', chart.width - 2, element.y);
  ctx.restore();
}

/** Tinted fields from top to bottom, each with its name at the top. */
export function drawZones(chart: Chart, options: ZoneOptions): void {
  const { x } = chart.scales;
  if (!x) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  setFont(chart);
  ctx.textBaseline = 'top';
  for (const [i, { from, to, colour, label }] of options.zones.entries()) {
    const [left, right] = [x.getPixelForValue(from), Math.min(chartArea.right, x.getPixelForValue(to))];
    const field = [left, chartArea.top, Math.max(0, right - left), chartArea.bottom - chartArea.top] as const;
    ctx.fillStyle = withAlpha(colour, 0.13);
    ctx.fillRect(...field);
    if (options.isHatched) {
      ctx.fillStyle = hatching(withAlpha(colour, 0.7)) ?? '';
      ctx.fillRect(...field);
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.setLineDash(i === 0 ? [4, 3] : []);
    ctx.beginPath();
    ctx.moveTo(left, chartArea.top);
    ctx.lineTo(left, chartArea.bottom);
    ctx.stroke();
    drawZoneLabel(chart, label, left, i);
  }
  ctx.restore();
}

/** Above the field, each on a line of its own, so that narrow zones do not cut them. */
function drawZoneLabel(chart: Chart, label: string, left: number, line: number): void {
  const { ctx, chartArea } = chart;
  const text = shortened(ctx, label, chart.width - TEXT_LEFT);
  const width = ctx.measureText(text).width;
  const y = chartArea.top - 34 + line * 16;
  ctx.fillStyle = String(Chart.defaults.color);
  ctx.textAlign = 'left';
  ctx.fillText(text, Math.max(TEXT_LEFT, Math.min(left, chartArea.right - width)), y);
}

function setFont(chart: Chart): void {
  const { size, family } = Chart.defaults.font;
  chart.ctx.font = `${size ?? 12}px ${family ?? 'sans-serif'}`;
}
