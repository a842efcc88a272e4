/**
 * Our own heat map on a canvas: shaded cells with their figures. In high contrast a cell is filled from below by its
 * share, so that the picture is read without colour. As wide as its place, or wider where figures would not fit: then it
 * moves sideways. Draws a model; computes nothing.
 */
import { HEAT_STEPS, heatStep } from '../../src/core/charts/heat.ts';
import type { HeatCell, HeatMap } from '../../src/core/charts/heatMap.ts';
import { TEXT_LEFT, shortened } from './canvasText.ts';
import { mixed, onThemeChange, readTheme } from './theme.ts';
import type { Theme } from './theme.ts';

const CELL_HEIGHT = 28;
/** Room for the names of the rows, at most. */
const MAX_LEFT = 180;
/** Holds `100%` and any strength. */
const MIN_CELL_WIDTH = 40;
const GAP = 2;
/** Room under the cells: what the columns are, and their names. */
const FOOT = 24;
/** The strongest shade still lets text in the foreground's colour be read: 4.5 to 1 in the editor's own themes. */
const STRONGEST = 0.45;

/** A cell by its row and column. */
export interface HeatPlace {
  readonly row: number;
  readonly column: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things are, in CSS pixels. */
interface Layout {
  /** Room for the names of the rows. */
  readonly left: number;
  readonly cellWidth: number;
  readonly width: number;
  readonly height: number;
}

export class HeatMapCanvas {
  private readonly frame: HTMLElement;
  private model: HeatMap | undefined;
  private layout: Layout | undefined;
  private pointed: HeatPlace | undefined;

  /** @param onPointer told which cell the pointer is over, or that it is over none */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onPointer: (cell: HeatPlace | undefined) => void,
  ) {
    this.frame = canvas.parentElement ?? canvas;
    this.frame.classList.add('sideways');
    onThemeChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.frame);
    canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => this.onPointerAt(offsetX, offsetY));
    canvas.addEventListener('pointerleave', () => this.onPointer(undefined));
  }

  show(model: HeatMap): void {
    this.model = model;
    this.draw();
  }

  /** Rings a cell and brings it into sight, or rings none. */
  point(cell: HeatPlace | undefined): void {
    this.pointed = cell;
    this.draw();
    if (cell === undefined || this.layout === undefined) return;
    const { x, width } = boxOf(cell, this.layout);
    const { scrollLeft, clientWidth } = this.frame;
    if (x < scrollLeft) this.frame.scrollLeft = cell.column === 0 ? 0 : x;
    else if (x + width > scrollLeft + clientWidth) this.frame.scrollLeft = x + width - clientWidth + GAP;
  }

  private onPointerAt(x: number, y: number): void {
    if (this.model === undefined || this.layout === undefined) return;
    const { left, cellWidth } = this.layout;
    const cell = { row: Math.floor(y / CELL_HEIGHT), column: Math.floor((x - left) / cellWidth) };
    const isThere = this.model.cells[cell.row]?.[cell.column] !== undefined;
    const { pointed } = this;
    if (isThere && pointed?.row === cell.row && pointed.column === cell.column) return;
    if (isThere || pointed) this.onPointer(isThere ? cell : undefined);
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (this.model === undefined || context === null || this.frame.clientWidth === 0) return;
    const theme = readTheme();
    const font = `${theme.fontSize - 1}px ${theme.fontFamily}`;
    context.font = font;
    const layout = layoutOf(context, this.model, this.frame.clientWidth);
    this.layout = layout;
    const { width, height } = layout;
    const ratio = window.devicePixelRatio;
    // Clears it, and forgets the font.
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = font;
    context.textBaseline = 'middle';
    drawMap(context, this.model, theme, layout);
    if (this.pointed) drawRing(context, theme, boxOf(this.pointed, layout));
  }
}

function layoutOf(context: CanvasRenderingContext2D, { rows, columns }: HeatMap, space: number): Layout {
  const widest = Math.max(...rows.map((row) => context.measureText(row).width), 40);
  const left = Math.min(MAX_LEFT, Math.ceil(widest) + 12);
  const count = Math.max(1, columns.length);
  const cellWidth = Math.max(MIN_CELL_WIDTH, (space - left) / count);
  return { left, cellWidth, width: left + cellWidth * count, height: rows.length * CELL_HEIGHT + FOOT };
}

function boxOf({ row, column }: HeatPlace, { left, cellWidth }: Layout): Box {
  return {
    x: left + column * cellWidth,
    y: row * CELL_HEIGHT,
    width: cellWidth - GAP,
    height: CELL_HEIGHT - GAP,
  };
}

function drawMap(context: CanvasRenderingContext2D, model: HeatMap, theme: Theme, layout: Layout): void {
  const { rows, columns, cells, columnTitle } = model;
  const { left, cellWidth } = layout;
  for (const [i, row] of rows.entries()) {
    context.fillStyle = theme.foreground;
    context.textAlign = 'left';
    context.fillText(shortened(context, row, left - 12), TEXT_LEFT, (i + 0.5) * CELL_HEIGHT);
    for (const [j, cell] of (cells[i] ?? []).entries())
      drawCell(context, cell, theme, boxOf({ row: i, column: j }, layout));
  }
  const bottom = rows.length * CELL_HEIGHT;
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  for (const [j, column] of columns.entries())
    context.fillText(column, left + (j + 0.5) * cellWidth - GAP / 2, bottom + 12);
  context.textAlign = 'left';
  context.fillText(shortened(context, columnTitle, left - 12), TEXT_LEFT, bottom + 12);
}

function drawCell(
  context: CanvasRenderingContext2D,
  { value, text }: HeatCell,
  theme: Theme,
  { x, y, width, height }: Box,
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

function drawRing(context: CanvasRenderingContext2D, theme: Theme, { x, y, width, height }: Box): void {
  context.strokeStyle = theme.ring;
  context.lineWidth = 2;
  context.strokeRect(x + 1, y + 1, width - 2, height - 2);
}
