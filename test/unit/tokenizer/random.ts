/** Seeded randomness for the tokenizer's property tests and its fuzz: the same seed, the same texts. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** The generator mulberry32 (Tommy Ettinger, 2017). */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** An integer from 0 to n - 1. */
export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)];
}

/** A seed that no run repeats, for property tests; the test prints it. */
export function freshSeed(): number {
  return below(Math.random, 2 ** 31);
}

/** First and last code points of what texts are drawn from; ASCII and white space more often than their share. */
const RANGES: readonly (readonly [number, number])[] = [
  ...[0x20, 0x61, 0x30].map((first) => [first, first + 25] as const),
  ...([
    [0x09, 0x0d],
    [0x20, 0x20],
    [0x0a, 0x0a],
    [0x00, 0x1f],
    [0x7f, 0xff],
  ] as const),
  ...([
    [0x300, 0x36f],
    [0x370, 0x7ff],
    [0x900, 0xdff],
    [0x2000, 0x2bff],
    [0x3000, 0x30ff],
  ] as const),
  ...([
    [0x4e00, 0x9fff],
    [0xac00, 0xd7a3],
    [0xfe00, 0xffff],
    [0x1f300, 0x1faff],
    [0x10000, 0x10ffff],
  ] as const),
];

/** Well-formed text of up to `maxLength` code points from all over Unicode. */
export function randomText(random: Random, maxLength: number): string {
  let text = '';
  for (let left = below(random, maxLength + 1); left > 0; left--) {
    const [first, last] = pick(random, RANGES);
    text += String.fromCodePoint(first + below(random, last - first + 1));
  }
  return text;
}
