/** The shapes and patterns that tell conditions apart where colour does not: on canvases and in legends. */
import { SERIES_LOOKS } from '../../src/core/charts/conditions.ts';
import type { BarLook } from '../../src/core/charts/conditions.ts';
import { markOutline } from '../../src/core/charts/shapes.ts';
import type { Point } from '../../src/core/charts/shapes.ts';
import { shape, svg } from './dom.ts';
import type { Theme } from './theme.ts';
import { withAlpha } from './theme.ts';

/** Draws the mark of a condition round a point. */
export function drawMark(context: CanvasRenderingContext2D, look: BarLook, at: Point, size: number): void {
  const outline = markOutline(look, at, size);
  context.beginPath();
  if ('corners' in outline) {
    for (const [x, y] of outline.corners) context.lineTo(x, y);
    context.closePath();
  } else context.arc(...outline.centre, outline.radius, 0, 2 * Math.PI);
  context.fill();
}

/** The mark of a condition in a legend; its colour is of the style sheet. */
export function markIcon(look: BarLook): SVGSVGElement {
  const outline = markOutline(look, [7, 7], 5);
  const className = `mark ${look}`;
  const drawn =
    'corners' in outline
      ? shape('polygon', { points: outline.corners.join(' '), class: className })
      : shape('circle', { cx: outline.centre[0], cy: outline.centre[1], r: outline.radius, class: className });
  return svg([14, 14], drawn);
}

/** A stroke in a legend, dashed as the line in the picture is. */
export function lineIcon(className: string, dashes: readonly number[]): SVGSVGElement {
  const stroke = shape('line', { x1: 0, y1: 7, x2: 26, y2: 7, class: `stroke ${className}` });
  if (dashes.length > 0) stroke.setAttribute('stroke-dasharray', dashes.join(' '));
  return svg([26, 14], stroke);
}

const TILE = 8;

/** Where the colours of looks that are no conditions begin among those of series: the first of these are the conditions'. */
const FIRST_SERIES = 3;

export function colourOf(look: BarLook, theme: Theme): string {
  if (look === 'plain' || look === 'steered' || look === 'asked') return theme.conditions[look];
  return theme.series[FIRST_SERIES + SERIES_LOOKS.indexOf(look)] ?? theme.foreground;
}

/** What a bar is filled with: a tint, and in high contrast a pattern of its own for each look. */
export function fillOf(look: BarLook, theme: Theme): string | CanvasPattern {
  const colour = colourOf(look, theme);
  if (!theme.isHighContrast) return withAlpha(colour, 0.62);
  return patternOf(look, colour) ?? colour;
}

/** Empty, hatched, dotted; lines across, lines down, both. */
function patternOf(look: BarLook, colour: string): CanvasPattern | undefined {
  return pattern((context) => {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 2;
    if (look === 'steered') hatch(context);
    if (look === 'first' || look === 'third') context.fillRect(0, TILE / 2, TILE, 2);
    if (look === 'second' || look === 'third') context.fillRect(TILE / 2, 0, 2, TILE);
    if (look === 'asked') context.fillRect(TILE / 4, TILE / 4, TILE / 2.6, TILE / 2.6);
  });
}

/** Slanted lines of a colour, for zones. */
export function hatching(colour: string): CanvasPattern | undefined {
  return pattern((context) => {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    hatch(context);
  });
}

function hatch(context: CanvasRenderingContext2D): void {
  context.beginPath();
  for (const offset of [-TILE, 0, TILE]) {
    context.moveTo(offset - 1, TILE + 1);
    context.lineTo(offset + TILE + 1, -1);
  }
  context.stroke();
}

function pattern(draw: (context: CanvasRenderingContext2D) => void): CanvasPattern | undefined {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (context === null) return undefined;
  draw(context);
  return context.createPattern(tile, 'repeat') ?? undefined;
}
