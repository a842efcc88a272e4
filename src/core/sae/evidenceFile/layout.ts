/**
 * Evidence as a file: safetensors, which whoever has the disk compresses. Small enough to ship with an autoencoder:
 *
 *     json                            U8   the card, the label of each feature, and the vocabulary's spelling of each token
 *     stretches        [s, 3]              pieces of text that contexts lie in: file, first token in the file, tokens
 *     tokens           [t]                 of all stretches, one after another: which spelling
 *     active, means, maxima    [dSae]
 *     histogramWidths  [dSae], histogramCounts [dSae, HISTOGRAM_BINS]
 *     contextCounts    [dSae]              of each feature; its contexts follow those of the feature before
 *     contextStarts    [c]                 which of `tokens` comes first
 *     contextLengths, contextPeaks [c]     tokens, and which of them is the strongest
 *     peakShares       [c]                 its activation by the feature's largest, in units of 1 / 65535
 *     heats            [sum of lengths]    each activation by the context's strongest, in units of 1 / 255; 0 where there is none
 *     promoted, suppressed [dSae, n], promotedLogits, suppressedLogits [dSae, n]
 *     aurocs           [dSae, languages]   in units of 1 / 65534; 65535 is none
 *     lifts            [dSae, languages]   halves; not a number is none
 *     nearest, cosines [dSae, m]
 *
 * Where nothing else is said, what counts or points is U16, or U32 where that is too small, and a measure is a half.
 */
import { FormatError } from '../../errors.ts';
import { floatToHalf } from '../../tensor/half.ts';
import type { EvidenceCard } from '../evidence.ts';

export const FORMAT = 'steerscope-features';

/** Changes with the meaning of any field; another version is refused. */
export const VERSION = 2;

/** What is not numbers. */
export interface EvidenceJson {
  readonly card: EvidenceCard;
  /** By index of the feature. */
  readonly labels: readonly string[];
  /** In the vocabulary's spelling. */
  readonly pieces: readonly string[];
}

export const PEAK_UNITS = 0xffff;
export const HEAT_UNITS = 0xff;

const NO_SHARE = 0xffff;
const SHARE_UNITS = 0xfffe;

/** A share, or none, in 16 bits. */
export function packShare(share: number | null): number {
  return share === null ? NO_SHARE : Math.round(share * SHARE_UNITS);
}

export function unpackShare(packed: number): number | null {
  return packed === NO_SHARE ? null : packed / SHARE_UNITS;
}

const LARGEST_HALF = 65_504;

/** A measure, or none, in 16 bits. */
export function packHalf(value: number | null): number {
  return floatToHalf(value === null ? NaN : Math.min(LARGEST_HALF, Math.max(-LARGEST_HALF, value)));
}

export function fault(problem: string): FormatError {
  return new FormatError('invalid-evidence', `the evidence of the features is not valid: ${problem}`, REMAKE);
}

export const REMAKE = 'Make it again with: steerscope sae evidence';
