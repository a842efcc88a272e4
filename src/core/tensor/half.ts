/**
 * The 16-bit floating-point formats: IEEE 754 binary16 ("half") and bfloat16, to float32 and back. Pure bit work; every
 * 16-bit pattern has an exact float32, and the way back rounds to the nearest, ties to even, as numpy and PyTorch do.
 */

const BITS = new Uint32Array(1);
const FLOAT = new Float32Array(BITS.buffer);

let halfTable: { readonly bits: Uint32Array; readonly floats: Float32Array } | undefined;

/** The float32 of every half pattern, as bits and as numbers over the same 256 KB; made on first use. */
export function halfToFloatTable(): { readonly bits: Uint32Array; readonly floats: Float32Array } {
  if (halfTable !== undefined) return halfTable;
  const bits = new Uint32Array(1 << 16);
  for (let half = 0; half < bits.length; half++) bits[half] = floatBitsOfHalf(half);
  halfTable = { bits, floats: new Float32Array(bits.buffer) };
  return halfTable;
}

/** The value of a half, given as its 16 bits. Exact. */
export function halfToFloat(half: number): number {
  return halfToFloatTable().floats[half & 0xffff];
}

/** The value of a bfloat16, given as its 16 bits. Exact. */
export function bf16ToFloat(bf16: number): number {
  BITS[0] = bf16 << 16;
  return FLOAT[0];
}

/** The bfloat16 nearest to a float32, as 16 bits; a NaN stays a NaN (quiet). */
export function floatToBf16(value: number): number {
  const bits = floatBits(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** The half nearest to a float32, as 16 bits; infinite from 65520 on; a NaN stays a NaN (quiet). */
export function floatToHalf(value: number): number {
  const bits = floatBits(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: the exponent's bias goes from 127 to 15, 13 bits of the fraction are rounded off. A carry out of the
    // fraction runs into the exponent, and from the largest half into infinity, as it should.
    const rebiased = magnitude - (112 << 23);
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  if (magnitude < 0x33000000) return sign;
  // Subnormal: the fraction with its hidden one, shifted to units of 2^-24.
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const floor = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  const roundsUp = rest > middle || (rest === middle && (floor & 1) === 1);
  return sign | (roundsUp ? floor + 1 : floor);
}

function floatBits(value: number): number {
  FLOAT[0] = value;
  return BITS[0];
}

function floatBitsOfHalf(half: number): number {
  const sign = ((half & 0x8000) << 16) >>> 0;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign;
  // Subnormal: shift the leading one out of the fraction, an exponent step for each place.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
