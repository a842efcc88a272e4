/** Builds GGUF files byte by byte, right or wrong: what `writeGguf` cannot be made to write. */

/** Bytes one after another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function u64(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes;
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A string with its length, or with another length than it has. */
export function text(value: string, length: bigint | number = value.length): Uint8Array {
  return concat(u64(length), ascii(value));
}

/** A pair whose value is the given bytes. */
export function pair(key: string | Uint8Array, type: number, ...value: readonly Uint8Array[]): Uint8Array {
  return concat(typeof key === 'string' ? text(key) : key, u32(type), ...value);
}

/** An entry of the tensor table, `ne` innermost axis first as in the file. */
export interface RawTensor {
  name?: string | Uint8Array;
  axes?: number;
  ne?: readonly (bigint | number)[];
  type?: number;
  offset?: bigint | number;
}

export function tensor({
  name = 'weight',
  ne = [8, 4],
  axes = ne.length,
  type = 0,
  offset = 0,
}: RawTensor = {}): Uint8Array {
  const nameBytes = typeof name === 'string' ? text(name) : name;
  return concat(nameBytes, u32(axes), ...ne.map(u64), u32(type), u64(offset));
}

export interface RawFile {
  magic?: string;
  version?: number;
  tensorCount?: bigint | number;
  pairCount?: bigint | number;
  pairs?: readonly Uint8Array[];
  tensors?: readonly Uint8Array[];
  /** To which the header is padded. */
  alignment?: number;
  /** Bytes of data after the padding. */
  dataBytes?: number;
}

/** A file of these parts; as it stands, a valid one with a tensor of [4, 8] F32. */
export function rawGguf({
  magic = 'GGUF',
  version = 3,
  pairs = [],
  tensors = [tensor()],
  tensorCount = tensors.length,
  pairCount = pairs.length,
  alignment = 32,
  dataBytes = 128,
}: RawFile = {}): Uint8Array {
  const header = concat(ascii(magic), u32(version), u64(tensorCount), u64(pairCount), ...pairs, ...tensors);
  const padding = Math.ceil(header.length / alignment) * alignment - header.length;
  return concat(header, new Uint8Array(padding + dataBytes));
}
