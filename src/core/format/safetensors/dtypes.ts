/** The element types of safetensors: their sizes, and the typed arrays that hold those JavaScript has. Data only. */

/** Bits of one element. The sub-byte and 8-bit float types can be stepped over, not read. */
export const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

export type SafetensorsDtype = keyof typeof DTYPE_BITS;

export function isDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(DTYPE_BITS, name);
}

/** The dtypes that can be read as numbers and written, and how their elements lie in memory: halves as their bits. */
export const DTYPE_ARRAYS = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
} as const;

/** A dtype whose elements have a typed array. */
export type ArrayDtype = keyof typeof DTYPE_ARRAYS;

export function isArrayDtype(dtype: SafetensorsDtype): dtype is ArrayDtype {
  return Object.hasOwn(DTYPE_ARRAYS, dtype);
}

/** The typed arrays of the dtypes. */
export type DtypeArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array;
