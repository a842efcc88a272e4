/**
 * The small vocabulary that the charts draw with: scales, axes, intervals and the marks of the three conditions, each
 * with a shape of its own, so that no chart is read by colour alone. Colours are classes; the style sheet has them.
 */
import type { ConditionId } from '../../core/charts/conditions.ts';
import { SHARE_TICKS } from '../../core/charts/scale.ts';
import type { Scale } from '../../core/charts/scale.ts';
import { markOutline, whiskerStrokes } from '../../core/charts/shapes.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** The width of every chart's own coordinates: the report's measure in CSS pixels, so that text keeps its size. */
export const CHART_WIDTH = 720;

/** Coordinates to a tenth of a pixel: finer is not seen and only makes the file longer. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export type Anchor = 'start' | 'middle' | 'end';

export function label(x: number, y: number, text: string, className = 'label', anchor: Anchor = 'start'): Html {
  return html`<text x="${px(x)}" y="${px(y)}" class="${className}" text-anchor="${anchor}">${text}</text>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], className: string): Html {
  return html`<line
    x1="${px(from[0])}"
    y1="${px(from[1])}"
    x2="${px(to[0])}"
    y2="${px(to[1])}"
    class="${className}"
  />`;
}

export function rect(x: number, y: number, width: number, height: number, className: string): Html {
  return html`<rect
    x="${px(x)}"
    y="${px(y)}"
    width="${px(Math.max(0, width))}"
    height="${px(height)}"
    class="${className}"
  />`;
}

export function polyline(points: readonly (readonly [number, number])[], className: string): Html {
  return html`<polyline points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ')}" class="${className}" />`;
}

/** A closed shape: a band between an upper and a lower line. */
export function polygon(points: readonly (readonly [number, number])[], className: string): Html {
  return html`<polygon points="${points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ')}" class="${className}" />`;
}

/** The shape of a condition, in its colour. */
export function mark(condition: ConditionId, x: number, y: number, size = 6): Html {
  const className = `mark ${condition}`;
  const outline = markOutline(condition, [x, y], size);
  if ('corners' in outline) return polygon(outline.corners, className);
  const [cx, cy] = outline.centre;
  return html`<circle cx="${px(cx)}" cy="${px(cy)}" r="${px(outline.radius)}" class="${className}" />`;
}

/** A line with end caps from `low` to `high`: an interval. */
export function whisker(low: number, high: number, y: number, className: string, cap = 4): Html {
  return html`${whiskerStrokes(low, high, y, cap).map(([from, to]) => line(from, to, className))}`;
}

/** A horizontal axis from 0 to 100 per cent with grid lines from `top` to `bottom`, its labels under it. */
export function percentAxis(scale: Scale, top: number, bottom: number): Html {
  return html`${SHARE_TICKS.map(
    (share) =>
      html`${line([scale(share), top], [scale(share), bottom], share === 0 ? 'axis' : 'grid')}${label(
        scale(share),
        bottom + 18,
        `${share * 100}%`,
        'tick',
        'middle',
      )}`,
  )}`;
}
