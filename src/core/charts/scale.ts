/** From values to coordinates: linear scales and round ticks, for every picture whoever draws it. Pure. */

export type Scale = (value: number) => number;

/** The line through (domain[0], range[0]) and (domain[1], range[1]). A domain of no width maps to the range's start. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const width = domain[1] - domain[0];
  return (value) => range[0] + (width === 0 ? 0 : ((value - domain[0]) / width) * (range[1] - range[0]));
}

/** The shares that an axis from nothing to all is marked at. */
export const SHARE_TICKS: readonly number[] = [0, 0.25, 0.5, 0.75, 1];

/** About `count` round numbers inside the domain: steps of 1, 2 or 5 times a power of ten. */
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
