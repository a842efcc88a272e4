/** Reads evidence: see `layout.ts`. Numbers are checked once, and pages made of them when they are asked for. */
import type { ByteSource } from '../../byteSource.ts';
import { pieceText } from '../../charts/pieces.ts';
import { HISTOGRAM_BINS } from '../doublingHistogram.ts';
import {
  rowOf,
  type EvidenceCard,
  type FeatureContext,
  type FeatureEvidence,
  type FeatureRow,
  type TokenLogit,
} from '../evidence.ts';
import { HEAT_UNITS, PEAK_UNITS, fault, unpackShare } from './layout.ts';
import { EvidenceTensors } from './tensors.ts';

/** Evidence that was opened: its list, and each page when it is asked for. */
export interface Evidence {
  readonly card: EvidenceCard;
  /** By index. */
  readonly rows: readonly FeatureRow[];
  /** The text of all contexts of each feature, a line for each context. */
  texts(): readonly string[];
  /** @param index below the card's `dSae` */
  page(index: number): FeatureEvidence;
}

/** @throws FormatError `invalid-evidence`, `evidence-version` */
export function readEvidence(source: ByteSource): Evidence {
  const evidence = new EvidenceReader(new EvidenceTensors(source));
  let texts: readonly string[] | undefined;
  const { card } = evidence;
  return {
    card,
    rows: Array.from({ length: card.dSae }, (_, index) => evidence.row(index)),
    texts: () => (texts ??= Array.from({ length: card.dSae }, (_, index) => evidence.text(index))),
    page: (index) => evidence.page(index),
  };
}

class EvidenceReader {
  readonly card: EvidenceCard;
  readonly #labels: readonly string[];
  readonly #pieces: readonly string[];
  #pieceTexts: readonly string[] | undefined;
  readonly #numbers: ReturnType<typeof numbersOf>;
  /** Where each feature's contexts begin, and where each context's heats do; and what comes after the last. */
  readonly #firstContext: Uint32Array; // [dSae + 1]
  readonly #firstHeat: Uint32Array; // [contexts + 1]
  /** Which of `tokens` each stretch begins with, and what comes after the last. */
  readonly #firstToken: Uint32Array; // [stretches + 1]

  constructor(tensors: EvidenceTensors) {
    const { card, labels, pieces } = tensors.json();
    if (labels.length !== card.dSae || card.windows.length !== card.languages.length)
      throw fault('its parts do not belong together');
    this.card = card;
    this.#labels = labels;
    this.#pieces = pieces;
    this.#numbers = numbersOf(tensors, card, pieces.length);
    const { contextCounts, contextLengths, contextStarts, contextPeaks, stretches, tokens, heats } = this.#numbers;
    this.#firstContext = startsOf(contextCounts);
    this.#firstHeat = startsOf(contextLengths);
    this.#firstToken = startsOf(stretches.filter((_, i) => i % 3 === 2));
    const isWhole =
      this.#firstContext.at(-1) === contextLengths.length &&
      this.#firstHeat.at(-1) === heats.length &&
      this.#firstToken.at(-1) === tokens.length &&
      stretches.every((value, i) => i % 3 !== 0 || value < card.files.length) &&
      contextLengths.every((length, i) => contextStarts[i] + length <= tokens.length && contextPeaks[i] < length);
    if (!isWhole) throw fault('its contexts point to what is not there');
  }

  row(index: number): FeatureRow {
    const { active, maxima } = this.#numbers;
    const peaks = this.#contextsOf(index).map((context) => this.#peak(context));
    const aurocs = this.#selectivity(index).map(({ auroc }) => auroc);
    const figures = { index, label: this.#labels[index], active: active[index], max: maxima[index] };
    return rowOf({ ...figures, aurocs, peaks }, this.card.tokens);
  }

  text(index: number): string {
    this.#pieceTexts ??= this.#pieces.map(pieceText);
    const texts = this.#pieceTexts;
    const lines = this.#contextsOf(index).map((context) => {
      let line = '';
      for (const token of this.#tokensOf(context)) line += texts[token];
      return line;
    });
    return lines.join('\n');
  }

  page(index: number): FeatureEvidence {
    const { active, means, maxima, histogramWidths, histogramCounts, nearest, cosines } = this.#numbers;
    const counts = Array.from(histogramCounts.subarray(index * HISTOGRAM_BINS, (index + 1) * HISTOGRAM_BINS));
    const filled = counts.findLastIndex((count) => count > 0) + 1;
    return {
      ...{ index, label: this.#labels[index], active: active[index], mean: means[index], max: maxima[index] },
      histogram: { width: histogramWidths[index], counts: counts.slice(0, filled) },
      contexts: this.#contextsOf(index).map((context) => this.#context(index, context)),
      promoted: this.#tokenLogits(index, this.#numbers.promoted, this.#numbers.promotedLogits),
      suppressed: this.#tokenLogits(index, this.#numbers.suppressed, this.#numbers.suppressedLogits),
      selectivity: this.#selectivity(index),
      nearest: pairsOf(nearest, cosines, index, this.card.dSae),
    };
  }

  #contextsOf(index: number): number[] {
    const [from, to] = [this.#firstContext[index], this.#firstContext[index + 1]];
    return Array.from({ length: to - from }, (_, i) => from + i);
  }

  #context(index: number, context: number): FeatureContext {
    const { contextStarts, contextPeaks, peakShares, heats, maxima, stretches } = this.#numbers;
    const at = contextPeaks[context];
    const strongest = (maxima[index] * peakShares[context]) / PEAK_UNITS;
    const values = heats.subarray(this.#firstHeat[context], this.#firstHeat[context + 1]);
    const place = contextStarts[context] + at;
    const stretch = lastAtMost(this.#firstToken, place);
    return {
      file: stretches[stretch * 3],
      position: stretches[stretch * 3 + 1] + place - this.#firstToken[stretch],
      pieces: Array.from(this.#tokensOf(context), (token) => this.#pieces[token]),
      values: Array.from(values, (heat) => (strongest * heat) / HEAT_UNITS),
      at,
    };
  }

  #tokensOf(context: number): Uint32Array {
    const { contextStarts, contextLengths, tokens } = this.#numbers;
    const start = contextStarts[context];
    return tokens.subarray(start, start + contextLengths[context]);
  }

  #peak(context: number): string {
    const { contextStarts, contextPeaks, tokens } = this.#numbers;
    return this.#pieces[tokens[contextStarts[context] + contextPeaks[context]]];
  }

  #selectivity(index: number): FeatureEvidence['selectivity'] {
    const { languages } = this.card;
    const { aurocs, lifts } = this.#numbers;
    return languages.map((language, i) => {
      const [auroc, lift] = [aurocs[index * languages.length + i], lifts[index * languages.length + i]];
      return { language, auroc: unpackShare(auroc), lift: Number.isNaN(lift) ? null : lift };
    });
  }

  #tokenLogits(index: number, tokens: ArrayLike<number>, logits: Float32Array): TokenLogit[] {
    const pairs = pairsOf(tokens, logits, index, this.card.dSae);
    return pairs.map(([token, logit]) => [this.#pieces[token], logit] as const);
  }
}

/** All tensors, with the shapes that belong together. */
function numbersOf(tensors: EvidenceTensors, { dSae, languages }: EvidenceCard, pieces: number) {
  const [contexts = 0] = tensors.shapeOf('contextStarts');
  const widthOf = (name: string): number => tensors.shapeOf(name)[1] ?? 0;
  const lists = (name: string, below: number) => tensors.whole(name, [dSae, widthOf(name)], below);
  return {
    stretches: tensors.whole('stretches', [tensors.shapeOf('stretches')[0] ?? 0, 3]),
    tokens: tensors.whole('tokens', [tensors.shapeOf('tokens')[0] ?? 0], pieces),
    active: tensors.whole('active', [dSae]),
    means: tensors.measures('means', [dSae]),
    maxima: tensors.measures('maxima', [dSae]),
    histogramWidths: tensors.measures('histogramWidths', [dSae]),
    histogramCounts: tensors.whole('histogramCounts', [dSae, HISTOGRAM_BINS]),
    contextCounts: tensors.whole('contextCounts', [dSae]),
    contextStarts: tensors.whole('contextStarts', [contexts]),
    contextLengths: tensors.whole('contextLengths', [contexts]),
    contextPeaks: tensors.whole('contextPeaks', [contexts]),
    peakShares: tensors.whole('peakShares', [contexts]),
    heats: tensors.whole('heats', [tensors.shapeOf('heats')[0] ?? 0]),
    promoted: lists('promoted', pieces),
    promotedLogits: tensors.measures('promotedLogits', [dSae, widthOf('promoted')]),
    suppressed: lists('suppressed', pieces),
    suppressedLogits: tensors.measures('suppressedLogits', [dSae, widthOf('suppressed')]),
    aurocs: tensors.whole('aurocs', [dSae, languages.length]),
    lifts: tensors.measures('lifts', [dSae, languages.length], { gaps: true }),
    nearest: lists('nearest', dSae),
    cosines: tensors.measures('cosines', [dSae, widthOf('nearest')]),
  };
}

/** A row of two tables, in pairs. */
function pairsOf(
  indices: ArrayLike<number>,
  values: Float32Array,
  row: number,
  rows: number,
): (readonly [index: number, value: number])[] {
  const width = values.length / rows;
  return Array.from({ length: width }, (_, i) => [indices[row * width + i], values[row * width + i]] as const);
}

/** Where each part begins, by how many each has, and what comes after the last. */
function startsOf(counts: ArrayLike<number>): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i] + counts[i];
  return starts;
}

/** The last index whose value is at most `value`, in a list that ascends, its end left aside. */
function lastAtMost(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
