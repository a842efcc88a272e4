/**
 * Opens a GGUF file, version 2 or 3: checks the header and the tensor table against the size of the file and returns
 * what they say. Tensor data is not touched; `readTensor` and its like fetch it when it is asked for.
 */
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import { recogniseForeign } from '../foreign.ts';
import { HeaderReader } from './headerReader.ts';
import { MAX_ALIGNMENT } from './limits.ts';
import { placeTensors, readTensorCount, readTensorTable } from './tensorTable.ts';
import type { GgufFile, GgufValue } from './types.ts';
import { readMetadata, readPairCount } from './values.ts';

/** "GGUF" as a little-endian number. */
export const GGUF_MAGIC = 0x46554747;
const DEFAULT_ALIGNMENT = 32;
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 3;

/**
 * Reads header and tensor table.
 *
 * Throws FormatError, with the offset, for whatever is wrong: the file is of another kind (`bad-magic`,
 * `git-lfs-pointer`, `html-page`, `safetensors-file`, ...), of a version or byte order that is not supported
 * (`unsupported-version`, `big-endian`), cut short (`truncated`), damaged or hostile (`limit-exceeded`,
 * `count-exceeds-file`, `duplicate-key`, `overlapping-tensors`, ...), or has a tensor of a type that cannot be read
 * (`unsupported-tensor-type`).
 *
 * Source: the GGUF specification in the ggml repository, docs/gguf.md.
 */
export function readGguf(source: ByteSource): GgufFile {
  const reader = new HeaderReader(source);
  checkMagic(reader);
  const version = readVersion(reader);
  const tensorCount = readTensorCount(reader);
  const metadata = readMetadata(reader, readPairCount(reader));
  const alignment = alignmentOf(reader, metadata);
  const entries = readTensorTable(reader, tensorCount);
  const dataOffset = Math.ceil(reader.position / alignment) * alignment;
  const tensors = placeTensors(reader, entries, dataOffset, alignment);
  return { version, metadata, tensors, alignment, dataOffset, size: source.size };
}

function checkMagic(reader: HeaderReader): void {
  const { source } = reader;
  if (source.size === 0) {
    throw new FormatError('empty', `${source.name}: the file is empty`, 'Download the file again.');
  }
  if (source.size >= 4 && reader.u32('the magic number') === GGUF_MAGIC) return;
  const foreign = recogniseForeign(source);
  if (foreign !== undefined) {
    throw reader.error(foreign.reason, `the file is ${foreign.what}, not a GGUF model`, foreign.advice, 0);
  }
  throw reader.error('bad-magic', 'this is not a GGUF model', 'Give the path of a .gguf file.', 0);
}

function readVersion(reader: HeaderReader): number {
  const offset = reader.position;
  const version = reader.u32('the version');
  if (version >= OLDEST_VERSION && version <= NEWEST_VERSION) return version;
  // A version is a small number; one whose low half is empty has its bytes the other way round.
  if (version !== 0 && (version & 0xffff) === 0) {
    throw reader.error(
      'big-endian',
      'the file is in big-endian byte order',
      'Get the little-endian file, or turn this one with gguf_convert_endian.py of llama.cpp.',
      offset,
    );
  }
  throw reader.error(
    'unsupported-version',
    `the file is GGUF version ${version}; supported are ${OLDEST_VERSION} and ${NEWEST_VERSION}`,
    version > NEWEST_VERSION
      ? 'The file is damaged, or newer than this program.'
      : 'Get a newer file of the same model: version 1 was given up in 2023.',
    offset,
  );
}

function alignmentOf(reader: HeaderReader, metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  const isPowerOfTwo = typeof value === 'number' && Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
  if (isPowerOfTwo && value <= MAX_ALIGNMENT) return value;
  const found = typeof value === 'number' ? value : 'no number';
  throw reader.error(
    'bad-alignment',
    `general.alignment must be a power of two, ${MAX_ALIGNMENT} at most, but is ${found}`,
  );
}
