/**
 * What makes two models the same for an artefact: the stored weights (by the file's hash), the architecture's numbers
 * and the tokenizer. Precision is not part of it: `exact` and `fast` compute the same model.
 */
import { createHash } from 'node:crypto';
import type { DecoderConfig } from '../../core/architectures/spec.ts';
import type { Tokenizer } from '../../core/tokenizer/index.ts';

/** The SHA-256, in hexadecimal, of everything that an artefact's meaning depends on. */
export function modelFingerprint(sha256: string, config: DecoderConfig, tokenizer: Tokenizer): string {
  const tokens = createHash('sha256').update(tokenizer.fingerprintInput()).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([sha256, config, tokens]))
    .digest('hex');
}
