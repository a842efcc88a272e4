/**
 * What is drawn the same everywhere, as geometry: the marks of the conditions, and intervals. Pure; whoever draws, on a
 * canvas or as SVG, makes strokes and fills of it.
 */
import { CONDITION_SHAPES } from './conditions.ts';
import type { ConditionId } from './conditions.ts';

export type Point = readonly [x: number, y: number];

/** A circle, or a closed shape by its corners. */
export type Outline = { readonly centre: Point; readonly radius: number } | { readonly corners: readonly Point[] };

/** How far each shape reaches, beside a circle of radius 1: they look equally large. */
const SQUARE_REACH = 0.9;
const DIAMOND_REACH = 1.3;

/** The mark of a condition round a point. @param size the radius that it would have as a circle */
export function markOutline(condition: ConditionId, [x, y]: Point, size: number): Outline {
  const shape = CONDITION_SHAPES[condition];
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
