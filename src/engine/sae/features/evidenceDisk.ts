/** Evidence on the disk: compressed there, and kept in memory for as long as it is the last that was asked for. */
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompressSync, constants } from 'node:zlib';
import { bytesSource } from '../../../core/byteSource.ts';
import { FormatError } from '../../../core/errors.ts';
import { readEvidence, type Evidence } from '../../../core/sae/evidenceFile/read.ts';
import { openFileSource } from '../../fileSource.ts';

/** Far above what the largest autoencoder's features need: a small file must not fill the memory. */
const MAX_BYTES = 2 ** 29;

export async function compressed(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const whole = Buffer.concat(parts);
  return promisify(brotliCompress)(whole, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: whole.length, [constants.BROTLI_PARAM_QUALITY]: 10 },
  });
}

let latest: { readonly key: string; readonly evidence: Evidence } | undefined;

/** @throws FormatError `invalid-evidence`, `evidence-version`, and what the disk says */
export function openEvidence(path: string): Evidence {
  const { size, mtimeMs, ino } = statSync(path);
  const key = JSON.stringify([path, size, mtimeMs, ino]);
  if (latest?.key !== key) latest = { key, evidence: readEvidence(bytesSource(decompressed(path), path)) };
  return latest.evidence;
}

function decompressed(path: string): Uint8Array {
  const file = openFileSource(path);
  try {
    return brotliDecompressSync(file.read(0, file.size), { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError('invalid-evidence', `${path} is damaged`, 'Make it again with: steerscope sae evidence');
  } finally {
    file.close();
  }
}
