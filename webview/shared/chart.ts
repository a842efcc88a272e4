/**
 * Chart.js as the panels use it: the parts that are needed and no more, dressed in the editor's theme, without motion.
 * Beside `chartExtras.ts` the only file that knows Chart.js.
 */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { ActiveDataPoint, ChartConfiguration, Plugin } from 'chart.js';
import { SHARE_TICKS } from '../../src/core/charts/scale.ts';
import { onThemeChange, readTheme } from './theme.ts';
import type { Theme } from './theme.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LineController,
  LineElement,
  LinearScale,
  PointElement,
  Tooltip,
);
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;

/** A picture of Chart.js, and what is drawn under and over it. */
export interface Drawing {
  readonly configuration: ChartConfiguration;
  readonly under?: (chart: Chart) => void;
  readonly over?: (chart: Chart) => void;
}

/** A chart that is drawn anew from a model whenever that or the theme changes. */
export class ThemedChart<Model> {
  private chart: Chart | undefined;
  private model: Model | undefined;
  private drawing: Drawing | undefined;
  private readonly extras: Plugin = {
    id: 'extras',
    beforeDatasetsDraw: (chart) => this.drawing?.under?.(chart),
    afterDatasetsDraw: (chart) => this.drawing?.over?.(chart),
  };

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly drawingOf: (model: Model, theme: Theme) => Drawing,
  ) {
    onThemeChange(() => this.draw());
  }

  show(model: Model): void {
    this.model = model;
    this.draw();
  }

  /** Points out an element as the pointer would, with its words, or none. */
  point(element: ActiveDataPoint | undefined): void {
    const { chart } = this;
    if (chart === undefined) return;
    const active = element === undefined ? [] : [element];
    const { x = 0, y = 0 } = (element && chart.getDatasetMeta(element.datasetIndex).data[element.index]) ?? {};
    chart.setActiveElements(active);
    chart.tooltip?.setActiveElements(active, { x, y });
    chart.update('none');
  }

  private draw(): void {
    if (this.model === undefined) return;
    const theme = readTheme();
    Chart.defaults.font = { family: theme.fontFamily, size: theme.fontSize - 1, lineHeight: 1.3 };
    Chart.defaults.color = theme.muted;
    const drawing = this.drawingOf(this.model, theme);
    this.drawing = drawing;
    if (this.chart === undefined) {
      this.chart = new Chart(this.canvas, { ...drawing.configuration, plugins: [this.extras] });
      return;
    }
    this.chart.data = drawing.configuration.data;
    if (drawing.configuration.options) this.chart.options = drawing.configuration.options;
    this.chart.update('none');
  }
}

/** An axis of shares, from nothing to all. */
export function shareAxis(theme: Theme, title?: string) {
  return {
    min: 0,
    max: 1,
    border: { color: theme.axis },
    grid: { color: theme.grid, drawTicks: false },
    ticks: {
      padding: 6,
      maxRotation: 0,
      color: theme.muted,
      callback: (value: number | string) => `${Math.round(Number(value) * 100)}%`,
    },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
      axis.ticks = SHARE_TICKS.map((value) => ({ value }));
    },
    ...(title === undefined ? {} : { title: { display: true, text: title, color: theme.muted } }),
  };
}

/** The little box at the pointer: the words that the model has for the place. */
export function tooltip(theme: Theme) {
  return {
    backgroundColor: theme.background,
    titleColor: theme.foreground,
    bodyColor: theme.foreground,
    borderColor: theme.axis,
    borderWidth: 1,
    cornerRadius: 2,
    displayColors: false,
    padding: 8,
  };
}
