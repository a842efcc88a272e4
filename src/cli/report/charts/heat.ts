/** Nine shades for a value of 0 to 1: classes of the style sheet, `heat-0` to `heat-8`. */
export function heatClass(value: number): string {
  const step = Number.isFinite(value) ? Math.round(Math.min(1, Math.max(0, value)) * 8) : 0;
  return `heat-${step}`;
}
