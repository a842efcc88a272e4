/**
 * Our own heat map on a canvas: shaded cells with their figures. In high contrast a cell is filled from below by its
 * share, so that the picture is read without colour. Draws a model; computes nothing.
 */
import { HEAT_STEPS, heatStep } from '../../src/core/charts/heat.ts';
import type { HeatCell, HeatMap } from '../../src/core/charts/heatMap.ts';
import { mixed, onThemeChange, readTheme } from './theme.ts';
import type { Theme } from './theme.ts';

const CELL_HEIGHT = 28;
const GAP = 2;
/** Room under the cells: the columns' names and what they are. */
const FOOT = 44;
/** The strongest shade still lets text in the foreground's colour be read. */
const STRONGEST = 0.62;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class HeatMapCanvas {
  private model: HeatMap | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement ?? canvas);
  }

  /** How high the picture of a model is, in CSS pixels. */
  static heightOf({ rows }: HeatMap): number {
    return rows.length * CELL_HEIGHT + FOOT;
  }

  show(model: HeatMap): void {
    this.model = model;
    this.draw();
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    const width = this.canvas.parentElement?.clientWidth ?? 0;
    if (this.model === undefined || context === null || width === 0) return;
    const height = HeatMapCanvas.heightOf(this.model);
    const ratio = window.devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawMap(context, this.model, readTheme(), width);
  }
}

function drawMap(context: CanvasRenderingContext2D, model: HeatMap, theme: Theme, width: number): void {
  const { rows, columns, cells, columnTitle } = model;
  context.font = `${theme.fontSize - 1}px ${theme.fontFamily}`;
  context.textBaseline = 'middle';
  const left = Math.ceil(Math.max(...rows.map((row) => context.measureText(row).width), 40)) + 12;
  const cellWidth = (width - left) / Math.max(1, columns.length);
  const bottom = rows.length * CELL_HEIGHT;
  for (const [i, row] of rows.entries()) {
    const y = i * CELL_HEIGHT;
    context.fillStyle = theme.foreground;
    context.textAlign = 'left';
    context.fillText(row, 0, y + CELL_HEIGHT / 2);
    for (const [j, cell] of (cells[i] ?? []).entries()) {
      const place = { x: left + j * cellWidth, y, width: cellWidth - GAP, height: CELL_HEIGHT - GAP };
      drawCell(context, cell, theme, place);
    }
  }
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  for (const [j, column] of columns.entries())
    context.fillText(column, left + (j + 0.5) * cellWidth - GAP / 2, bottom + 12);
  context.fillText(columnTitle, left + (width - left) / 2, bottom + 32);
}

function drawCell(
  context: CanvasRenderingContext2D,
  { value, text }: HeatCell,
  theme: Theme,
  { x, y, width, height }: Place,
): void {
  if (value === undefined) return;
  const shade = heatStep(value) / HEAT_STEPS;
  if (theme.isHighContrast) {
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
    // A bar along the lower edge: its length is the share.
    context.fillStyle = theme.heat;
    context.fillRect(x + 1, y + height - 5, (width - 2) * value, 4);
  } else {
    context.fillStyle =
      shade === 0
        ? mixed(theme.foreground, 0.05, theme.background)
        : mixed(theme.heat, shade * STRONGEST, theme.background);
    context.fillRect(x, y, width, height);
  }
  context.fillStyle = theme.foreground;
  context.textAlign = 'center';
  context.fillText(text, x + width / 2, y + height / 2 - (theme.isHighContrast ? 2 : 0));
}
