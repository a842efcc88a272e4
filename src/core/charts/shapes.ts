/**
 * What is drawn the same everywhere, as geometry: the marks of the conditions, and intervals. Pure; whoever draws, on a
 * canvas or as SVG, makes strokes and fills of it.
 */
import { LOOK_SHAPES } from './conditions.ts';
import type { BarLook } from './conditions.ts';

export type Point = readonly [x: number, y: number];

/** A circle, or a closed shape by its corners. */
export type Outline = { readonly centre: Point; readonly radius: number } | { readonly corners: readonly Point[] };

/** How far each shape reaches, beside a circle of radius 1: they look equally large. */
const SQUARE_REACH = 0.9;
const DIAMOND_REACH = 1.3;
const TRIANGLE_REACH = 1.2;
const CROSS_REACH = 1.2;

/** The mark of a look round a point. @param size the radius that it would have as a circle */
export function markOutline(look: BarLook, [x, y]: Point, size: number): Outline {
  const shape = LOOK_SHAPES[look];
  if (shape === 'circle') return { centre: [x, y], radius: size };
  if (shape === 'square') {
    const reach = size * SQUARE_REACH;
    return {
      corners: [
        [x - reach, y - reach],
        [x + reach, y - reach],
        [x + reach, y + reach],
        [x - reach, y + reach],
      ],
    };
  }
  if (shape === 'triangle' || shape === 'inverted') {
    const [reach, down] = [size * TRIANGLE_REACH, shape === 'triangle' ? 1 : -1];
    return {
      corners: [
        [x, y - down * reach],
        [x + reach, y + down * reach * 0.75],
        [x - reach, y + down * reach * 0.75],
      ],
    };
  }
  if (shape === 'cross') {
    const [arm, half] = [size * CROSS_REACH, (size * CROSS_REACH) / 3];
    // Round the outline, an arm at a time.
    const arms: readonly Point[] = [
      [-half, -arm],
      [half, -arm],
      [half, -half],
      [arm, -half],
      [arm, half],
      [half, half],
      [half, arm],
      [-half, arm],
      [-half, half],
      [-arm, half],
      [-arm, -half],
      [-half, -half],
    ];
    return { corners: arms.map(([dx, dy]): Point => [x + dx, y + dy]) };
  }
  const reach = size * DIAMOND_REACH;
  return {
    corners: [
      [x, y - reach],
      [x + reach, y],
      [x, y + reach],
      [x - reach, y],
    ],
  };
}

/** A line with end caps from `low` to `high`: an interval along the first axis. @param across where it is on the second */
export function whiskerStrokes(
  low: number,
  high: number,
  across: number,
  cap: number,
): readonly (readonly [from: Point, to: Point])[] {
  return [
    [
      [low, across],
      [high, across],
    ],
    ...[low, high].map((end): [Point, Point] => [
      [end, across - cap],
      [end, across + cap],
    ]),
  ];
}
