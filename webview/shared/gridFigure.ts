/** A large heat map as a figure: canvas, keyboard, words and table, and what opens when a cell is chosen. */
import { tableOfGrid } from '../../src/core/charts/grid.ts';
import type { Grid } from '../../src/core/charts/grid.ts';
import { figure, type FigureOptions } from './figure.ts';
import { GridCanvas, type GridPlace } from './gridCanvas.ts';

export class GridFigure {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly canvas: GridCanvas;

  /** @param onOpen told which cell was clicked, or where Enter was pressed */
  constructor(options: Omit<FigureOptions, 'isTurned'>, onOpen: (cell: GridPlace) => void = () => undefined) {
    this.figure = figure(options);
    const { element, canvas, reading } = this.figure;
    this.element = element;
    const read = (cell: GridPlace | undefined): void =>
      reading.read(cell && { row: cell.row, column: cell.column + 1 });
    this.canvas = new GridCanvas(canvas, {
      onPointer: read,
      onOpen: (cell) => {
        read(cell);
        onOpen(cell);
      },
    });
    this.figure.setPicture(() => this.canvas.picture());
    // The first column of the table has the names of the rows.
    reading.onPlace((place) => this.canvas.point(place && { row: place.row, column: place.column - 1 }));
    reading.onOpen(({ row, column }) => onOpen({ row, column: column - 1 }));
  }

  /** @param isGrowing see {@link GridCanvas.show} */
  show(grid: Grid, isGrowing = false): void {
    this.figure.describe(grid.summary, () => tableOfGrid(grid));
    this.canvas.show(grid, isGrowing);
  }
}
