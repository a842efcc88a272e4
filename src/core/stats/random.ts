/**
 * Random numbers that a seed repeats on every machine: xoshiro128** (Blackman and Vigna 2018), its state filled from the
 * seed by splitmix32. Nothing in core or engine draws from Math.random where a result depends on it.
 */
export interface Random {
  /** The next 32 bits, 0..2^32-1. */
  uint32(): number;
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform in 0..n-1, without bias; n from 1 to 2^32. */
  below(n: number): number;
  /** Standard normal (Box and Muller). */
  normal(): number;
  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends unknown[] | Int32Array | Uint32Array | Float32Array | Float64Array>(items: T): T;
}

/** A generator whose whole output is a function of `seed`, which may be any number. */
export function createRandom(seed: number): Random {
  const uint32 = xoshiro128(seedState(seed));

  function next(): number {
    const high = uint32() >>> 5; // 27 bits
    const low = uint32() >>> 6; // 26 bits
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  function below(n: number): number {
    // Values past the last whole multiple of n would favour small results: draw again.
    const limit = 0x100000000 - (0x100000000 % n);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % n;
  }

  let spare: number | undefined;
  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function shuffle<T extends unknown[] | Int32Array | Uint32Array | Float32Array | Float64Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  return { uint32, next, below, normal, shuffle };
}

/** The bare generator: each call gives the next 32 bits of the stream that begins at `state` (four words, not all zero). */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const c2 = c ^ a;
    const d2 = d ^ b;
    state[0] = a ^ d2;
    state[1] = b ^ c2;
    state[2] = c2 ^ (b << 9);
    state[3] = rotateLeft(d2, 11);
    return Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  };
}

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

function seedState(seed: number): Uint32Array {
  // From the bits of the double itself, so that 0.5, -1 and 2^40 are not all taken for 0 or each other.
  const bits = new Uint32Array(new Float64Array([seed]).buffer);
  let mix = ((bits[0] ?? 0) ^ Math.imul(bits[1] ?? 0, 0x9e3779b9)) >>> 0;
  const splitmix32 = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return Uint32Array.from({ length: 4 }, splitmix32);
}
