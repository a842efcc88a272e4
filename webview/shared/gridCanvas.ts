/**
 * A large heat map on a canvas: tens of thousands of cells, of which only those in sight are drawn. The canvas is as large as
 * its frame and stays in place while a box of the full size moves under it, so that rows and columns keep their names.
 * In high contrast a cell has a bar in place of a shade, so that it is read without colour. Draws a grid; computes no figure.
 */
import { shadeOf, valueText } from '../../src/core/charts/grid.ts';
import type { Grid } from '../../src/core/charts/grid.ts';
import { TEXT_LEFT, shortened } from './canvasText.ts';
import { el } from './dom.ts';
import { mixed, onThemeChange, readTheme } from './theme.ts';
import type { Theme } from './theme.ts';

const ROW = 20;
/** Room at the top for the names of the columns. */
const HEAD = 22;
const MAX_LEFT = 160;
/** A cell with words in it, with a figure, and with nothing but its shade. */
const WORD_WIDTH = 64;
const FIGURE_WIDTH = 44;
const LEAST_WIDTH = 12;
/** So few columns have room for their names and figures, and move sideways where the page is narrow. */
const FEW_COLUMNS = 12;
/** Between two names of columns. */
const NAME_GAP = 6;
/** The strongest shade where text stands in the cells, and where none does. */
const STRONGEST_UNDER_TEXT = 0.45;
const STRONGEST = 0.95;
const SHADES = 24;
/** Of what is in sight, in rows: the frame is as high as its grid, up to this. */
const MAX_ROWS_IN_SIGHT = 28;
/** What browsers can hold in one canvas, with room to spare. */
const MAX_PICTURE_PIXELS = 64_000_000;
const MAX_PICTURE_SIDE = 32_767;

export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridListener {
  /** Told which cell the pointer is over, or that it is over none. */
  readonly onPointer: (cell: GridPlace | undefined) => void;
  readonly onOpen: (cell: GridPlace) => void;
}

interface Layout {
  readonly left: number;
  readonly cellWidth: number;
  /** Of the frame, what can be seen. */
  readonly width: number;
  readonly height: number;
}

export class GridCanvas {
  private readonly frame: HTMLElement;
  private readonly space = el('div', { class: 'grid-space' });
  private grid: Grid | undefined;
  /** What all drawings of a grid share, until its place or the theme changes. */
  private pen: Pen | undefined;
  private pointed: GridPlace | undefined;
  private isWaiting = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: GridListener,
  ) {
    this.frame = canvas.parentElement ?? canvas;
    this.frame.classList.add('grid');
    this.frame.append(this.space);
    onThemeChange(() => this.drawAnew());
    new ResizeObserver(() => this.drawAnew()).observe(this.frame);
    this.frame.addEventListener('scroll', () => this.drawSoon(), { passive: true });
    canvas.addEventListener('pointermove', (event) => this.onPointer(event));
    canvas.addEventListener('pointerleave', () => listener.onPointer(undefined));
    canvas.addEventListener('click', (event) => {
      const cell = this.cellAt(event.offsetX, event.offsetY);
      if (cell) listener.onOpen(cell);
    });
  }

  /** @param isGrowing true where rows are added at the end, which stays in sight as long as nobody has moved away from it */
  show(grid: Grid, isGrowing = false): void {
    const { frame } = this;
    const isAtEnd = frame.scrollTop + frame.clientHeight > frame.scrollHeight - ROW;
    this.grid = grid;
    this.frame.style.height = `${Math.min(grid.rows.length, MAX_ROWS_IN_SIGHT) * ROW + HEAD + 12}px`;
    this.pen = undefined;
    this.draw();
    // Moving it draws it again.
    if (isGrowing && isAtEnd) frame.scrollTop = frame.scrollHeight;
  }

  /** Rings a cell and brings it into sight, or rings none. */
  point(cell: GridPlace | undefined): void {
    this.pointed = cell;
    if (cell && this.pen) this.bringIntoSight(cell, this.pen.layout);
    this.drawSoon();
  }

  /** All of the grid, or what is in sight of one that is too large for a picture. */
  picture(): HTMLCanvasElement {
    const { grid, pen } = this;
    const canvas = el('canvas');
    if (!grid || !pen) return this.canvas;
    const { left, cellWidth } = pen.layout;
    const [width, height] = [left + cellWidth * grid.columns.length, HEAD + ROW * grid.rows.length];
    const ratio = window.devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (across * down > MAX_PICTURE_PIXELS || Math.max(across, down) > MAX_PICTURE_SIDE) return this.canvas;
    [canvas.width, canvas.height] = [across, down];
    const context = canvas.getContext('2d');
    if (!context) return this.canvas;
    penOn(context, grid, pen.theme, { ...pen.layout, width, height }).draw([0, 0], undefined);
    return canvas;
  }

  private bringIntoSight({ row, column }: GridPlace, { left, cellWidth, width, height }: Layout): void {
    const { scrollTop, scrollLeft } = this.frame;
    const [top, start] = [row * ROW, column * cellWidth];
    if (top < scrollTop) this.frame.scrollTop = top;
    else if (top + ROW > scrollTop + height - HEAD) this.frame.scrollTop = top + ROW - height + HEAD;
    if (start < scrollLeft) this.frame.scrollLeft = start;
    else if (start + cellWidth > scrollLeft + width - left) this.frame.scrollLeft = start + cellWidth - width + left;
  }

  private onPointer({ offsetX, offsetY }: PointerEvent): void {
    const cell = this.cellAt(offsetX, offsetY);
    const { pointed } = this;
    if (cell?.row === pointed?.row && cell?.column === pointed?.column) return;
    this.listener.onPointer(cell);
  }

  private cellAt(x: number, y: number): GridPlace | undefined {
    if (!this.grid || !this.pen) return undefined;
    const { left, cellWidth } = this.pen.layout;
    if (x < left || y < HEAD) return undefined;
    const row = Math.floor((y - HEAD + this.frame.scrollTop) / ROW);
    const column = Math.floor((x - left + this.frame.scrollLeft) / cellWidth);
    return row < this.grid.rows.length && column < this.grid.columns.length ? { row, column } : undefined;
  }

  /** Once for each frame of the screen, however much has changed. */
  private drawSoon(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.draw();
    });
  }

  private drawAnew(): void {
    this.pen = undefined;
    this.drawSoon();
  }

  private draw(): void {
    this.pen ??= this.prepare();
    this.pen?.draw([this.frame.scrollLeft, this.frame.scrollTop], this.pointed);
  }

  /** Gives canvas and space their sizes. Undefined where there is nothing to draw, or no room for it. */
  private prepare(): Pen | undefined {
    const context = this.canvas.getContext('2d', { alpha: false });
    const { grid, frame } = this;
    if (!grid || context === null || frame.clientWidth === 0) return undefined;
    const theme = readTheme();
    context.font = fontOf(theme);
    const layout = layoutOf(context, grid, frame);
    setSize(this.space, layout.left + layout.cellWidth * grid.columns.length, HEAD + ROW * grid.rows.length);
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    setSize(this.canvas, layout.width, layout.height);
    return penOn(context, grid, theme, layout);
  }
}

/** @param context of a canvas that has its size, and with that forgot everything else */
function penOn(context: CanvasRenderingContext2D, grid: Grid, theme: Theme, layout: Layout): Pen {
  const ratio = window.devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = fontOf(theme);
  context.textBaseline = 'middle';
  return new Pen(context, grid, theme, layout);
}

function fontOf({ fontSize, fontFamily }: Theme): string {
  return `${fontSize - 1}px ${fontFamily}`;
}

function setSize({ style }: HTMLElement, width: number, height: number): void {
  const [w, h] = [`${width}px`, `${height}px`];
  if (style.width !== w) style.width = w;
  if (style.height !== h) style.height = h;
}

function layoutOf(context: CanvasRenderingContext2D, { rows, columns, texts }: Grid, frame: HTMLElement): Layout {
  const { clientWidth: width, clientHeight: height } = frame;
  let widest = 40;
  for (const row of rows) widest = Math.max(widest, row.length > 24 ? MAX_LEFT : context.measureText(row).width);
  const left = Math.min(MAX_LEFT, Math.ceil(widest) + 12, width / 2);
  const least = texts === undefined && columns.length > FEW_COLUMNS ? LEAST_WIDTH : WORD_WIDTH;
  return { left, width, height, cellWidth: Math.max(least, (width - left) / Math.max(1, columns.length)) };
}

/** Draws the part of a grid that is in sight. */
class Pen {
  private readonly left: number;
  private readonly cellWidth: number;
  private readonly shades: readonly string[];
  private readonly counterShades: readonly string[];
  private readonly hasText: boolean;
  private scrolled: readonly [x: number, y: number] = [0, 0];

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly grid: Grid,
    readonly theme: Theme,
    readonly layout: Layout,
  ) {
    this.left = layout.left;
    this.cellWidth = layout.cellWidth;
    this.hasText = layout.cellWidth >= FIGURE_WIDTH;
    const strongest = this.hasText ? STRONGEST_UNDER_TEXT : STRONGEST;
    const palette = (colour: string): string[] =>
      Array.from({ length: SHADES + 1 }, (_, i) =>
        mixed(colour, 0.04 + (i / SHADES) * (strongest - 0.04), theme.background),
      );
    this.shades = palette(theme.heat);
    this.counterShades = palette(theme.counterHeat);
  }

  /** @param scrolled how far the frame was moved, in CSS pixels */
  draw(scrolled: readonly [x: number, y: number], pointed: GridPlace | undefined): void {
    this.scrolled = scrolled;
    const { context, theme, layout, grid } = this;
    const [x, y] = scrolled;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, layout.width, layout.height);
    const rows = between(y / ROW, (y + layout.height - HEAD) / ROW, grid.rows.length);
    const columns = between(x / this.cellWidth, (x + layout.width - this.left) / this.cellWidth, grid.columns.length);
    this.clipped(this.left, HEAD, () => {
      for (const row of rows) for (const column of columns) this.cell(row, column);
      for (const mark of grid.marks ?? []) this.ring(mark, theme.warning, [3, 2]);
      if (pointed) this.ring(pointed, theme.ring, []);
    });
    this.clipped(0, HEAD, () => this.rowNames(rows));
    this.clipped(this.left, 0, () => this.columnNames(columns));
    context.fillStyle = theme.muted;
    context.textAlign = 'left';
    context.fillText(shortened(context, `${grid.rowTitle} / ${grid.columnTitle}`, this.left - 8), TEXT_LEFT, HEAD / 2);
  }

  /** Draws where neither names nor titles stand. */
  private clipped(x: number, y: number, draw: () => void): void {
    const { context, layout } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, layout.width - x, layout.height - y);
    context.clip();
    draw();
    context.restore();
  }

  private boxOf({ row, column }: GridPlace): readonly [x: number, y: number, width: number, height: number] {
    const [x, y] = this.scrolled;
    return [this.left + column * this.cellWidth - x, HEAD + row * ROW - y, this.cellWidth - 1, ROW - 1];
  }

  private cell(row: number, column: number): void {
    const { context, grid, theme } = this;
    const at = row * grid.columns.length + column;
    const shade = shadeOf(grid.scale, grid.values[at]);
    if (shade === undefined) return this.absence({ row, column });
    const [x, y, width, height] = this.boxOf({ row, column });
    if (theme.isHighContrast) this.bar(shade, [x, y, width, height]);
    else {
      const shades = shade < 0 ? this.counterShades : this.shades;
      context.fillStyle = shades[Math.round(Math.abs(shade) * SHADES)] ?? theme.background;
      context.fillRect(x, y, width, height);
    }
    if (!this.hasText) return;
    const text = grid.texts?.[at] ?? valueText({ digits: grid.digits, unit: '' }, grid.values[at]);
    context.fillStyle = theme.foreground;
    context.textAlign = 'center';
    context.fillText(shortened(context, text, width - 4), x + width / 2, y + height / 2);
  }

  /** A dot where a value is to come. */
  private absence(cell: GridPlace): void {
    const { context, grid, theme } = this;
    if (grid.absent === undefined) return;
    const [x, y, width, height] = this.boxOf(cell);
    context.fillStyle = theme.muted;
    context.fillRect(x + width / 2 - 1, y + height / 2 - 1, 2, 2);
  }

  /** From the left edge, or from the middle to the side of the sign. */
  private bar(shade: number, [x, y, width, height]: readonly [number, number, number, number]): void {
    const { context, grid, theme } = this;
    context.fillStyle = theme.heat;
    const length = Math.abs(shade) * (grid.scale.kind === 'diverging' ? width / 2 : width);
    const from = grid.scale.kind === 'diverging' ? (shade < 0 ? x + width / 2 - length : x + width / 2) : x;
    context.fillRect(from, y + height - 4, length, 3);
    context.fillStyle = theme.grid;
    context.fillRect(x, y + height - 1, width, 1);
  }

  private ring(cell: GridPlace, colour: string, dash: readonly number[]): void {
    const { context } = this;
    const [x, y, width, height] = this.boxOf(cell);
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    context.setLineDash([]);
  }

  private rowNames(rows: readonly number[]): void {
    const { context, grid, theme } = this;
    context.fillStyle = theme.foreground;
    context.textAlign = 'left';
    for (const row of rows) {
      const [, y, , height] = this.boxOf({ row, column: 0 });
      context.fillText(shortened(context, grid.rows[row] ?? '', this.left - 8), TEXT_LEFT, y + height / 2);
    }
  }

  /** As many as there is room for, at equal distances. */
  private columnNames(columns: readonly number[]): void {
    const { context, grid, theme } = this;
    const widest = Math.min(
      WORD_WIDTH,
      columns.reduce((most, column) => Math.max(most, context.measureText(grid.columns[column] ?? '').width), 0),
    );
    const every = Math.max(1, Math.ceil((widest + NAME_GAP) / this.cellWidth));
    context.fillStyle = theme.muted;
    context.textAlign = 'center';
    for (const column of columns) {
      if (column % every !== 0) continue;
      const [x, , width] = this.boxOf({ row: 0, column });
      const room = this.cellWidth * every - NAME_GAP;
      context.fillText(shortened(context, grid.columns[column] ?? '', room), x + width / 2, HEAD / 2);
    }
  }
}

/** The whole numbers of what is in sight. */
function between(from: number, to: number, count: number): number[] {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(count, Math.ceil(to));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}
