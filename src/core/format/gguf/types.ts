/**
 * The vocabulary of GGUF: tensor types, value types, and what a parsed file looks like. Only data and types here; a
 * {@link GgufFile} is made by `readGguf` alone, so whoever holds one may rely on every check that it makes.
 */

/** The tensor types that can be dequantised. */
export const GGML_TYPE_NAMES = [
  'F32',
  'F16',
  'BF16',
  'Q8_0',
  'Q4_0',
  'Q4_1',
  'Q5_0',
  'Q5_1',
  'Q4_K',
  'Q5_K',
  'Q6_K',
] as const;

export type GgmlType = (typeof GGML_TYPE_NAMES)[number];

/** How a tensor type lays out its weights: `blockSize` weights in every `blockBytes` bytes. */
export interface GgmlTypeInfo {
  readonly name: GgmlType;
  /** The number that stands for the type in a file. */
  readonly id: number;
  /** Weights in a block; a row has a whole number of blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
}

export const GGML_TYPES: Readonly<Record<GgmlType, GgmlTypeInfo>> = {
  F32: { name: 'F32', id: 0, blockSize: 1, blockBytes: 4 },
  F16: { name: 'F16', id: 1, blockSize: 1, blockBytes: 2 },
  BF16: { name: 'BF16', id: 30, blockSize: 1, blockBytes: 2 },
  Q8_0: { name: 'Q8_0', id: 8, blockSize: 32, blockBytes: 34 },
  Q4_0: { name: 'Q4_0', id: 2, blockSize: 32, blockBytes: 18 },
  Q4_1: { name: 'Q4_1', id: 3, blockSize: 32, blockBytes: 20 },
  Q5_0: { name: 'Q5_0', id: 6, blockSize: 32, blockBytes: 22 },
  Q5_1: { name: 'Q5_1', id: 7, blockSize: 32, blockBytes: 24 },
  Q4_K: { name: 'Q4_K', id: 12, blockSize: 256, blockBytes: 144 },
  Q5_K: { name: 'Q5_K', id: 13, blockSize: 256, blockBytes: 176 },
  Q6_K: { name: 'Q6_K', id: 14, blockSize: 256, blockBytes: 210 },
};

const TYPE_BY_ID: ReadonlyMap<number, GgmlTypeInfo> = new Map(
  GGML_TYPE_NAMES.map((name) => [GGML_TYPES[name].id, GGML_TYPES[name]]),
);

/** ggml's other type numbers, so that a refusal can name what it refuses. */
const UNSUPPORTED_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [9, 'Q8_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [20, 'IQ4_NL'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [23, 'IQ4_XS'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
  [39, 'MXFP4'],
  [40, 'NVFP4'],
  [41, 'Q1_0'],
]);

/** The layout of the type with this number; undefined where it is not supported. */
export function ggmlTypeById(id: number): GgmlTypeInfo | undefined {
  return TYPE_BY_ID.get(id);
}

/** What people call the type with this number; undefined where ggml defines none. */
export function ggmlTypeName(id: number): string | undefined {
  return TYPE_BY_ID.get(id)?.name ?? UNSUPPORTED_TYPE_NAMES.get(id);
}

/** The types of metadata values, at the index that stands for them in a file. */
export const VALUE_TYPES = [
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'f32',
  'bool',
  'string',
  'array',
  'u64',
  'i64',
  'f64',
] as const;

export type GgufValueType = (typeof VALUE_TYPES)[number];

/** Bytes of a value type; for those of no fixed size, the fewest that one takes. */
export const VALUE_BYTES: Readonly<Record<GgufValueType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  string: 8,
  array: 12,
  u64: 8,
  i64: 8,
  f64: 8,
};

/** An array value: of numbers as stored, of strings, or of booleans as 0 and 1 in a Uint8Array. */
export type GgufArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array
  | readonly string[];

/** A metadata value. 64-bit integers are bigints, every other number is a number. */
export type GgufValue = number | bigint | boolean | string | GgufArray;

/** A tensor of the file: where its bytes are and what they mean. */
export interface GgufTensor {
  readonly name: string;
  readonly type: GgmlType;
  /** Row-major, outermost axis first: [rows, cols]. The reverse of the order in the file. Empty for a scalar. */
  readonly shape: readonly number[];
  /** First byte, from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
  readonly elements: number;
}

/** A file whose header and tensor table have been checked against its size. */
export interface GgufFile {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Every tensor begins at a multiple of this many bytes from `dataOffset`. */
  readonly alignment: number;
  /** Where the header, padded, ends. */
  readonly dataOffset: number;
  /** Bytes in the whole file. */
  readonly size: number;
}
