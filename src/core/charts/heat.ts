/** Shades of a value from 0 to 1: how many there are, and which one it has. Pure; colours are for whoever draws. */

/** Shades beside the palest: few enough to be told apart side by side. */
export const HEAT_STEPS = 8;

/** The shade, a whole number from 0 to {@link HEAT_STEPS}. What is no number is the palest. */
export function heatStep(value: number): number {
  return Number.isFinite(value) ? Math.round(Math.min(1, Math.max(0, value)) * HEAT_STEPS) : 0;
}
