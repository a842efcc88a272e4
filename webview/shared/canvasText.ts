/** Text on canvases, where no style sheet cuts or wraps it. */

/** Where text at the left edge begins: some letters, J among them, reach to the left of their place. */
export const TEXT_LEFT = 2;

/** No name is longer than this in any picture; measuring more would take its time. */
const MAX_LENGTH = 80;

/** The text, or as much of its beginning as there is room for, with an ellipsis. */
export function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (text.length <= MAX_LENGTH && context.measureText(text).width <= width) return text;
  let kept = [...text.slice(0, MAX_LENGTH)];
  while (kept.length > 0 && context.measureText(`${kept.join('')}…`).width > width) kept = kept.slice(0, -1);
  return `${kept.join('')}…`;
}
