/** A corpus: texts that activations are collected from, wherever they are. */
import { createHash } from 'node:crypto';
import type { CorpusFile } from '../../../core/sae/activationManifest.ts';
import type { LeaveOutReason } from '../../../core/sae/corpus/leaveOut.ts';

export interface CorpusText extends CorpusFile {
  readonly bytes: number;
  /** SHA-256 of the text in UTF-8. */
  readonly sha256: string;
}

export interface Corpus {
  /** By path, ascending. */
  readonly texts: readonly CorpusText[];
  /** How many were left out, by reason. A folder that was not looked into counts as one. */
  readonly leftOut: Readonly<Partial<Record<LeaveOutReason, number>>>;
  /** The text itself. @throws StoreError `corpus-changed` where it is no longer what it was */
  read(text: CorpusText): Promise<string>;
}

/** SHA-256 over paths, packages, languages and contents: what two runs over the same corpus have in common. */
export function corpusHash({ texts }: Pick<Corpus, 'texts'>): string {
  const hash = createHash('sha256');
  for (const { path, package: name, language, sha256 } of texts)
    hash.update(`${JSON.stringify([path, name, language, sha256])}\n`);
  return hash.digest('hex');
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
