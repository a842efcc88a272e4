/**
 * Recognises files that are not what they were given as, by their first bytes, so that the error can say what they are.
 * It judges nothing about files of the right kind; the readers do that.
 */
import type { ByteSource } from '../byteSource.ts';

/** A kind of file that people hand to us by mistake. */
export interface ForeignKind {
  /** The reason code of the refusal. */
  readonly reason: string;
  /** Completes the sentence "the file is ...". */
  readonly what: string;
  readonly advice: string;
}

interface Signature extends ForeignKind {
  matches(head: Head): boolean;
}

/** The beginning of a file: its first bytes, and the same as lower-case text without leading space. */
interface Head {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly size: number;
}

const HEAD_BYTES = 512;
const MAX_SAFETENSORS_HEADER = 100_000_000n;

const SIGNATURES: readonly Signature[] = [
  {
    reason: 'git-lfs-pointer',
    what: 'a Git LFS pointer, a short text that stands for the real file',
    advice: 'Run "git lfs pull" where it was cloned, or download the file itself.',
    matches: ({ text }) => text.startsWith('version https://git-lfs'),
  },
  {
    reason: 'html-page',
    what: 'an HTML page',
    advice: 'The download saved a web page (often a login or an error page): download the file itself.',
    matches: ({ text }) => /^<(!doctype|html|head|\?xml|!--)/.test(text),
  },
  {
    reason: 'gguf-file',
    what: 'a GGUF model',
    advice: 'Give it where a GGUF model is expected.',
    matches: ({ bytes }) => startsWith(bytes, 'GGUF'),
  },
  {
    reason: 'safetensors-file',
    what: 'a safetensors file',
    advice: 'Give a GGUF model; convert_hf_to_gguf.py of llama.cpp makes one from a folder of safetensors.',
    matches: ({ bytes, size }) => looksLikeSafetensors(bytes, size),
  },
  {
    reason: 'zip-archive',
    what: 'a ZIP archive (a PyTorch checkpoint is one, too)',
    advice: 'Unpack it, or download the model in the format that is expected.',
    matches: ({ bytes }) => startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06'),
  },
  {
    reason: 'gzip-archive',
    what: 'a gzip archive',
    advice: 'Unpack it first.',
    matches: ({ bytes }) => startsWith(bytes, '\x1f\x8b'),
  },
  {
    reason: 'pickle-file',
    what: 'a Python pickle (an old PyTorch checkpoint)',
    advice: 'Pickles can run code and are never opened: get the model as GGUF.',
    matches: ({ bytes }) => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5,
  },
  {
    reason: 'old-ggml-file',
    what: 'a GGML model from before GGUF',
    advice: 'Get the model as GGUF: the older formats were given up in August 2023.',
    matches: ({ bytes }) => ['lmgg', 'fmgg', 'tjgg', 'algg'].some((magic) => startsWith(bytes, magic)),
  },
  {
    reason: 'json-file',
    what: 'a JSON text',
    advice: 'It may be the configuration, or the index, that lies beside the model: give the model itself.',
    matches: ({ text }) => /^[{[]\s*["{[\]}]/.test(text),
  },
  {
    reason: 'zeros',
    what: 'filled with zeros at its beginning',
    advice: 'The download was probably interrupted: download the file again.',
    matches: ({ bytes }) => bytes.length >= 16 && bytes.every((byte) => byte === 0),
  },
];

/** What the file is, where its beginning gives it away as something well known; undefined where it does not. */
export function recogniseForeign(source: ByteSource): ForeignKind | undefined {
  const bytes = source.read(0, Math.min(HEAD_BYTES, source.size));
  const text = asciiText(bytes).trimStart().toLowerCase();
  const head: Head = { bytes, text, size: source.size };
  return SIGNATURES.find((signature) => signature.matches(head));
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return bytes.length >= magic.length && [...magic].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/** A little-endian length that fits in the file, then the opening brace of the header. */
function looksLikeSafetensors(bytes: Uint8Array, size: number): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  return length >= 2n && length <= MAX_SAFETENSORS_HEADER && length <= BigInt(size - 8);
}

/** The bytes as text, a UTF-8 byte order mark skipped; what is not ASCII becomes "?". */
function asciiText(bytes: Uint8Array): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Array.from(bytes.subarray(start), (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '?')).join('');
}
