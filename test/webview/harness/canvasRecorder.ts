/**
 * What was drawn on the canvases of a page, as their own calls say it: texts with their places, and rectangles. So a test
 * can hold a picture against its table without looking at pixels.
 */
import type { PanelPage } from './panelPage.ts';

/** A text on a canvas, in CSS pixels of the canvas. */
export interface DrawnText {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Turned texts have no box that could be compared. */
  readonly isTurned: boolean;
  /** As the browser writes it: `#1f1f1f`, or whatever stands for another space of colours. */
  readonly colour: string;
}

/** A rectangle, in the same pixels; of Chart.js' bars and square points, and of our own cells. */
export interface DrawnBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Empty where the fill is a pattern, and where nothing says it. */
  readonly colour: string;
}

export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly DrawnText[];
  readonly boxes: readonly DrawnBox[];
}

/** Runs before the page's own script. A canvas is begun anew where it is cleared, and where its width is set. */
export const RECORDER = `{
  const prototype = CanvasRenderingContext2D.prototype;
  const drawnOn = new WeakMap();
  const begin = (canvas) => drawnOn.set(canvas, { texts: [], boxes: [] });
  const wrap = (name, record) => {
    const own = prototype[name];
    prototype[name] = function (...args) {
      record.call(this, drawnOn.get(this.canvas) ?? (begin(this.canvas), drawnOn.get(this.canvas)), ...args);
      return own.apply(this, args);
    };
  };
  const at = (context, x, y) => {
    const ratio = context.canvas.width / (context.canvas.clientWidth || context.canvas.width);
    const point = context.getTransform().transformPoint({ x, y });
    return { x: point.x / ratio, y: point.y / ratio };
  };
  wrap('clearRect', function () { begin(this.canvas); });
  wrap('fillText', function ({ texts }, text, x, y) {
    const { actualBoundingBoxLeft, actualBoundingBoxRight, actualBoundingBoxAscent, actualBoundingBoxDescent } = this.measureText(text);
    const { x: left, y: top } = at(this, x - actualBoundingBoxLeft, y - actualBoundingBoxAscent);
    const { x: right, y: bottom } = at(this, x + actualBoundingBoxRight, y + actualBoundingBoxDescent);
    if (text !== '') texts.push({ text, left, right, top, bottom, isTurned: this.getTransform().b !== 0, colour: String(this.fillStyle) });
  });
  const box = (context, [x, y, width, height]) => {
    const from = at(context, x, y);
    const to = at(context, x + width, y + height);
    const colour = typeof context.fillStyle === 'string' ? context.fillStyle : '';
    return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y, colour };
  };
  wrap('rect', function ({ boxes }, ...args) { boxes.push(box(this, args)); });
  wrap('fillRect', function ({ boxes }, ...args) { boxes.push(box(this, args)); });
  const { set, get } = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'width');
  Object.defineProperty(HTMLCanvasElement.prototype, 'width', { get, set(value) { begin(this); set.call(this, value); } });
  window.drawnOn = (canvas) => ({ width: canvas.clientWidth, height: canvas.clientHeight, ...(drawnOn.get(canvas) ?? { texts: [], boxes: [] }) });
}`;

/** What the picture of a figure shows now. @param id of the figure, as its title has it */
export function drawnIn({ page }: PanelPage, id: string): Promise<Drawn> {
  return page.evaluate(`drawnOn(document.querySelector('figure[aria-labelledby="${id}-title"] canvas'))`);
}
