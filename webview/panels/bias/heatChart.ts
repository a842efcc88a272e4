/** Languages over strengths, as a heat map with its table. */
import type { HeatMap } from '../../../src/core/charts/heatMap.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { figure } from '../../shared/figure.ts';
import { HeatMapCanvas } from '../../shared/heatMap.ts';

export class HeatChart {
  readonly element: HTMLElement;
  private readonly figure;
  private readonly canvas: HeatMapCanvas;

  constructor({ page }: BiasWords) {
    const { heatTitle: title, heatNote: note, numbers: tableLabel, keysHint } = page;
    this.figure = figure({ id: 'heat', title, note, tableLabel, keysHint });
    const { element, canvas, reading } = this.figure;
    this.element = element;
    this.canvas = new HeatMapCanvas(canvas, (cell) => reading.read(cell && { row: cell.row, column: cell.column + 1 }));
    reading.onPlace((place) => this.canvas.point(place && { row: place.row, column: place.column - 1 }));
  }

  show(model: HeatMap): void {
    this.figure.describe(model.summary, model.table);
    this.canvas.show(model);
  }
}
