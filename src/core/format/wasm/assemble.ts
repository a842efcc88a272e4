/**
 * A WebAssembly module of a few functions over one imported memory, as bytes. Functions are written by hand, instruction
 * by instruction, so there is as much of the format here as they need (WebAssembly core specification 2.0, section 5).
 */

/** An instruction, or several: bytes in order. */
export type Code = readonly number[];

export type ValueType = 'i32' | 'f32' | 'v128';

const TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

export interface WasmFunction {
  readonly name: string;
  readonly params: readonly ValueType[];
  /** Those beside the parameters, which are numbered before them. */
  readonly locals: readonly ValueType[];
  readonly result?: ValueType;
  readonly body: Code;
}

const SECTION = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const END = 0x0b;

/** The module's bytes. It imports the memory `env.memory` and exports every function by its name. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params, result }) => [
    FUNCTION_TYPE,
    ...list(params.map((type) => [TYPE[type]])),
    ...list(result === undefined ? [] : [[TYPE[result]]]),
  ]);
  const memory = [...name('env'), ...name('memory'), 0x02, 0x00, ...unsigned(1)];
  const exported = functions.map((one, index) => [...name(one.name), 0x00, ...unsigned(index)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(SECTION.types, types),
    ...section(SECTION.imports, [memory]),
    ...section(
      SECTION.functions,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(SECTION.exports, exported),
    ...section(SECTION.code, functions.map(functionBody)),
  ]);
}

function functionBody({ locals, body }: WasmFunction): Code {
  const bytes = [...list(locals.map((type) => [...unsigned(1), TYPE[type]])), ...body, END];
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, items: readonly Code[]): Code {
  const bytes = list(items);
  return [id, ...unsigned(bytes.length), ...bytes];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return list([...new TextEncoder().encode(text)].map((byte) => [byte]));
}

/** LEB128. */
function unsigned(value: number): Code {
  const bytes: number[] = [];
  do {
    const more = value >= 0x80;
    bytes.push((value & 0x7f) | (more ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
/** Addresses are a multiple of 4 (2^2) bytes. */
const at = (offset: number): Code => [2, ...unsigned(offset)];

/** The instructions. Operands are code, so that an expression reads as one. */
export const wasm = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)],
  /** A constant from 0 to 63. */
  i32: (value: number): Code => [0x41, value],
  addI32: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  lessI32: (a: Code, b: Code): Code => [...a, ...b, 0x49],
  f32: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  addF32: (a: Code, b: Code): Code => [...a, ...b, 0x92],
  subF32: (a: Code, b: Code): Code => [...a, ...b, 0x93],
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), ...at(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), ...at(offset)],
  splat: (value: Code): Code => [...value, ...simd(19)],
  lane: (value: Code, index: number): Code => [...value, ...simd(31), index],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(228)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(230)],
  sub: (a: Code, b: Code): Code => [...a, ...b, ...simd(229)],
  div: (a: Code, b: Code): Code => [...a, ...b, ...simd(231)],
  sqrt: (a: Code): Code => [...a, ...simd(227)],
  /** Runs `body`, and again for as long as `condition` is not 0. */
  doWhile: (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0x00, END],
} as const;
