/**
 * The small vocabulary that the charts draw with: scales, axes, intervals and the marks of the three conditions, each
 * with a shape of its own, so that no chart is read by colour alone. Colours are classes; the style sheet has them.
 */
import { html } from './html.ts';
import type { Html } from './html.ts';

/** The width of every chart's own coordinates: the report's measure in CSS pixels, so that text keeps its size. */
export const CHART_WIDTH = 720;

export type Scale = (value: number) => number;

/** The line through (domain[0], range[0]) and (domain[1], range[1]). A domain of no width maps to the range's start. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const width = domain[1] - domain[0];
  return (value) => range[0] + (width === 0 ? 0 : ((value - domain[0]) / width) * (range[1] - range[0]));
}

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

/** The three conditions under which the same prompts are answered. */
export type ConditionId = 'plain' | 'steered' | 'asked';

/** Circle, diamond, square: shapes that stay apart in black and white. */
export function mark(condition: ConditionId, x: number, y: number, size = 6): Html {
  const className = `mark ${condition}`;
  if (condition === 'plain') return html`<circle cx="${px(x)}" cy="${px(y)}" r="${px(size)}" class="${className}" />`;
  if (condition === 'asked') return rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8, className);
  const reach = size * 1.3;
  return polygon(
    [
      [x, y - reach],
      [x + reach, y],
      [x, y + reach],
      [x - reach, y],
    ],
    className,
  );
}

/** A line with end caps from `low` to `high`: an interval. */
export function whisker(low: number, high: number, y: number, className: string, cap = 4): Html {
  return html`${line([low, y], [high, y], className)}${line([low, y - cap], [low, y + cap], className)}${line(
    [high, y - cap],
    [high, y + cap],
    className,
  )}`;
}

/** A horizontal axis from 0 to 100 per cent with grid lines from `top` to `bottom`, its labels under it. */
export function percentAxis(scale: Scale, top: number, bottom: number): Html {
  return html`${[0, 0.25, 0.5, 0.75, 1].map(
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

/** About `count` round numbers that cover the domain: steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples rather than sums: sums drift.
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}
