/** The shapes and patterns that tell conditions apart where colour does not: on canvases and in legends. */
import { CONDITION_SHAPES } from '../../src/core/charts/conditions.ts';
import type { ConditionId } from '../../src/core/charts/conditions.ts';
import { shape, svg } from './dom.ts';
import type { Theme } from './theme.ts';
import { withAlpha } from './theme.ts';

/** Draws the mark of a condition round a point, `size` from its middle to its edge. */
export function drawMark(
  context: CanvasRenderingContext2D,
  condition: ConditionId,
  [x, y]: readonly [number, number],
  size: number,
): void {
  context.beginPath();
  const form = CONDITION_SHAPES[condition];
  if (form === 'circle') context.arc(x, y, size, 0, 2 * Math.PI);
  else if (form === 'square') context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  else {
    const reach = size * 1.3;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  }
  context.fill();
}

/** The mark of a condition in a legend; its colour is of the style sheet. */
export function markIcon(condition: ConditionId): SVGSVGElement {
  const form = CONDITION_SHAPES[condition];
  const drawn =
    form === 'circle'
      ? shape('circle', { cx: 7, cy: 7, r: 5 })
      : form === 'square'
        ? shape('rect', { x: 2.5, y: 2.5, width: 9, height: 9 })
        : shape('path', { d: 'M7 0.5 13.5 7 7 13.5 0.5 7Z' });
  drawn.setAttribute('class', `mark ${condition}`);
  return svg([14, 14], drawn);
}

/** A stroke in a legend, dashed as the line in the picture is. */
export function lineIcon(className: string, dashes: readonly number[]): SVGSVGElement {
  const stroke = shape('line', { x1: 0, y1: 7, x2: 26, y2: 7, class: `stroke ${className}` });
  if (dashes.length > 0) stroke.setAttribute('stroke-dasharray', dashes.join(' '));
  return svg([26, 14], stroke);
}

const TILE = 8;

/** What a bar is filled with: a tint, and in high contrast a pattern of its own for each condition. */
export function fillOf(condition: ConditionId, theme: Theme): string | CanvasPattern {
  const colour = theme.conditions[condition];
  if (!theme.isHighContrast) return withAlpha(colour, 0.62);
  return patternOf(condition, colour) ?? colour;
}

/** Empty, hatched, dotted. */
function patternOf(condition: ConditionId, colour: string): CanvasPattern | undefined {
  return pattern((context) => {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 2;
    if (condition === 'steered') hatch(context);
    if (condition === 'asked') context.fillRect(TILE / 4, TILE / 4, TILE / 2.6, TILE / 2.6);
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
