/**
 * The arithmetic of a training step over rows of float32, in WebAssembly's SIMD: what is done for each active feature of
 * each input, which is far too little work at a time for a call of ONNX Runtime and four times too slow in JavaScript.
 *
 * Rows are addresses in one memory, in bytes; `bytes` is the length of a row, a multiple of {@link ROW_BYTES}. Sums are
 * taken in one fixed order, so the same input gives the same bits.
 */
import { assemble, wasm as w, type Code, type WasmFunction } from '../../format/wasm/assemble.ts';

/** What one turn of a kernel's loop takes: four vectors of four. Rows are filled up to it with zeros. */
export const ROW_BYTES = 64;
const VECTORS = [0, 16, 32, 48] as const;

/** The kernels, as JavaScript calls them. */
export interface Kernels {
  /** Sum of a * b. */
  dot(a: number, b: number, bytes: number): number;
  /** y += factor * x. */
  axpy(y: number, x: number, bytes: number, factor: number): void;
  /** y *= factor. */
  scale(y: number, bytes: number, factor: number): void;
  /**
   * One step of Adam (Kingma and Ba 2015) on a row of parameters p with its moments m and v and gradient g:
   * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, p -= rate m / (sqrt(v) correction + epsilon), where
   * rate = learningRate / (1 - beta1^t) and correction = 1 / sqrt(1 - beta2^t).
   */
  adam(
    p: number,
    m: number,
    v: number,
    g: number,
    bytes: number,
    beta1: number,
    beta2: number,
    rate: number,
    correction: number,
    epsilon: number,
  ): void;
}

/** The bytes of the module with the {@link Kernels}. It imports the memory `env.memory`. */
export function kernelModule(): Uint8Array<ArrayBuffer> {
  return assemble([dot(), axpy(), scale(), adam()]);
}

/** Runs `turn` for each part of the rows, and moves the `pointers` on to the next; `end` is where the first one stops. */
function overRows(pointers: readonly number[], bytes: number, end: number, turn: Code): Code {
  const advance = pointers.flatMap((pointer) => w.set(pointer, w.addI32(w.get(pointer), i32Step)));
  return [
    ...w.set(end, w.addI32(w.get(pointers[0]), w.get(bytes))),
    ...w.doWhile([...turn, ...advance], w.lessI32(w.get(pointers[0]), w.get(end))),
  ];
}

/** ROW_BYTES as a constant: 64 has a sign bit in its first seven, so it takes two bytes. */
const i32Step: Code = [0x41, 0xc0, 0x00];

function dot(): WasmFunction {
  const [a, b, bytes, end, ...sums] = [0, 1, 2, 3, 4, 5, 6, 7];
  const turn = VECTORS.flatMap((offset, i) =>
    w.set(sums[i], w.add(w.get(sums[i]), w.mul(w.load(w.get(a), offset), w.load(w.get(b), offset)))),
  );
  const [s0, s1, s2, s3] = sums.map(w.get);
  const total = w.set(sums[0], w.add(w.add(s0, s1), w.add(s2, s3)));
  const lanes = [0, 1, 2, 3].map((lane) => w.lane(s0, lane));
  return {
    name: 'dot',
    params: ['i32', 'i32', 'i32'],
    locals: ['i32', 'v128', 'v128', 'v128', 'v128'],
    result: 'f32',
    body: [
      ...overRows([a, b], bytes, end, turn),
      ...total,
      ...w.addF32(w.addF32(lanes[0], lanes[1]), w.addF32(lanes[2], lanes[3])),
    ],
  };
}

function axpy(): WasmFunction {
  const [y, x, bytes, factor, end, factors] = [0, 1, 2, 3, 4, 5];
  const turn = VECTORS.flatMap((offset) =>
    w.store(w.get(y), w.add(w.load(w.get(y), offset), w.mul(w.load(w.get(x), offset), w.get(factors))), offset),
  );
  return {
    name: 'axpy',
    params: ['i32', 'i32', 'i32', 'f32'],
    locals: ['i32', 'v128'],
    body: [...w.set(factors, w.splat(w.get(factor))), ...overRows([y, x], bytes, end, turn)],
  };
}

function scale(): WasmFunction {
  const [y, bytes, factor, end, factors] = [0, 1, 2, 3, 4];
  const turn = VECTORS.flatMap((offset) => w.store(w.get(y), w.mul(w.load(w.get(y), offset), w.get(factors)), offset));
  return {
    name: 'scale',
    params: ['i32', 'i32', 'f32'],
    locals: ['i32', 'v128'],
    body: [...w.set(factors, w.splat(w.get(factor))), ...overRows([y], bytes, end, turn)],
  };
}

function adam(): WasmFunction {
  const [p, m, v, g, bytes, beta1, beta2, rate, correction, epsilon] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const [end, beta1s, beta2s, rest1s, rest2s, rates, corrections, epsilons, gs, ms, vs] = [
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
  ];
  const splatted: readonly (readonly [number, Code])[] = [
    [beta1s, w.get(beta1)],
    [beta2s, w.get(beta2)],
    [rest1s, w.subF32(w.f32(1), w.get(beta1))],
    [rest2s, w.subF32(w.f32(1), w.get(beta2))],
    [rates, w.get(rate)],
    [corrections, w.get(correction)],
    [epsilons, w.get(epsilon)],
  ];
  const turn = VECTORS.flatMap((offset) => {
    const square = w.mul(w.get(gs), w.get(gs));
    const denominator = w.add(w.mul(w.sqrt(w.get(vs)), w.get(corrections)), w.get(epsilons));
    const change = w.div(w.mul(w.get(rates), w.get(ms)), denominator);
    return [
      ...w.set(gs, w.load(w.get(g), offset)),
      ...w.set(ms, w.add(w.mul(w.load(w.get(m), offset), w.get(beta1s)), w.mul(w.get(gs), w.get(rest1s)))),
      ...w.set(vs, w.add(w.mul(w.load(w.get(v), offset), w.get(beta2s)), w.mul(square, w.get(rest2s)))),
      ...w.store(w.get(m), w.get(ms), offset),
      ...w.store(w.get(v), w.get(vs), offset),
      ...w.store(w.get(p), w.sub(w.load(w.get(p), offset), change), offset),
    ];
  });
  return {
    name: 'adam',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32', 'f32', 'f32'],
    locals: ['i32', ...Array<'v128'>(10).fill('v128')],
    body: [
      ...splatted.flatMap(([local, value]) => w.set(local, w.splat(value))),
      ...overRows([p, m, v, g], bytes, end, turn),
    ],
  };
}
