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
    this.figure = figure({ id: 'heat', title: page.heatTitle, note: page.heatNote, tableLabel: page.numbers });
    this.element = this.figure.element;
    this.canvas = new HeatMapCanvas(this.figure.canvas);
  }

  show(model: HeatMap): void {
    this.figure.setHeight(HeatMapCanvas.heightOf(model));
    this.figure.describe(model.summary, model.table);
    this.canvas.show(model);
  }
}
