/** What is known of one feature of an autoencoder as pictures: its contexts, its histogram, its logits and its languages. Pure. */
import type { EvidenceFile, FeatureEvidence, TokenLogit } from '../sae/evidence.ts';
import { fixed, languageLabel } from './format.ts';
import { sequentialScale, type Grid } from './grid.ts';
import { visiblePiece, visibleText } from './pieces.ts';
import type { Table } from './table.ts';
import { fill, type Words } from './words.ts';

/** Bars of one kind, one under another. */
export interface Bars {
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** What is written at the end of each. */
  readonly texts: readonly string[];
  /** The axis. */
  readonly low: number;
  readonly high: number;
  readonly summary: string;
  readonly table: Table;
}

export const FEATURE_WORDS = {
  context: 'context',
  offset: 'tokens from the strongest',
  contexts: 'Activation at each token of {0} contexts, the strongest first. At most {1} at “{2}”.',
  contextsCaption: 'Activation by context and token',
  noContexts: 'No context: it was never active.',
  activation: 'activation',
  tokens: 'tokens',
  bin: '{0} to {1}',
  histogram: 'Bars of how many tokens have an activation in each of {0} ranges, up to {1}.',
  histogramCaption: 'Activations, the zeros left out',
  token: 'token',
  logit: 'logit',
  promoted: 'Bars of the {0} logits that it raises most, “{1}” first.',
  suppressed: 'Bars of the {0} logits that it lowers most, “{1}” first.',
  promotedCaption: 'Logits that it raises',
  suppressedCaption: 'Logits that it lowers',
  language: 'language',
  auroc: 'AUROC',
  lift: 'logit-mass lift',
  selectivity: 'Bars of how well it tells each of {0} languages from the others. Best: {1}, {2}.',
  selectivityCaption: 'Language selectivity',
  nothing: 'none',
} as const;

export type FeatureChartWords = Words<typeof FEATURE_WORDS>;

type Files = Readonly<Record<string, EvidenceFile>>;

/** A row for each context, its columns lined up at the strongest token, whose text each cell has. */
export function contextsGrid(
  { contexts }: Pick<FeatureEvidence, 'contexts'>,
  files: Files,
  words: FeatureChartWords = FEATURE_WORDS,
): Grid {
  const before = Math.max(0, ...contexts.map(({ at }) => at));
  const after = Math.max(0, ...contexts.map(({ at, pieces }) => pieces.length - at - 1));
  const offsets = Array.from({ length: before + after + 1 }, (_, i) => i - before);
  const cells = contexts.flatMap(({ at, pieces, values }) =>
    offsets.map((offset) => ({ piece: pieces[at + offset], value: values[at + offset] })),
  );
  const [first] = contexts;
  const values = cells.map(({ value }) => value ?? null);
  return {
    rowTitle: words.context,
    columnTitle: words.offset,
    rows: contexts.map(({ file }, i) => `${i + 1} · ${visibleText(String(files[String(file)]?.path ?? ''))}`),
    columns: offsets.map((offset) => (offset > 0 ? `+${offset}` : String(offset).replace('-', '−'))),
    values,
    texts: cells.map(({ piece }) => (piece === undefined ? '' : visiblePiece(piece))),
    scale: sequentialScale(values),
    unit: '',
    digits: 2,
    summary: first
      ? fill(words.contexts, contexts.length, fixed(first.values[first.at], 2), visiblePiece(first.pieces[first.at]))
      : words.noContexts,
    caption: words.contextsCaption,
  };
}

export function histogramBars(
  { histogram: { width, counts } }: Pick<FeatureEvidence, 'histogram'>,
  words: FeatureChartWords = FEATURE_WORDS,
): Bars {
  const labels = counts.map((_, i) => fill(words.bin, short(i * width), short((i + 1) * width)));
  return {
    labels,
    values: counts,
    texts: counts.map(String),
    low: 0,
    high: Math.max(1, ...counts),
    summary: fill(words.histogram, counts.length, short(counts.length * width)),
    table: tableOf(words.histogramCaption, [words.activation, words.tokens], labels, [counts.map(String)]),
  };
}

/** Those that it raises, or lowers. */
export function logitBars(
  feature: Pick<FeatureEvidence, 'promoted' | 'suppressed'>,
  which: 'promoted' | 'suppressed',
  words: FeatureChartWords = FEATURE_WORDS,
): Bars {
  const tokens: readonly TokenLogit[] = feature[which];
  const labels = tokens.map(([piece]) => visiblePiece(piece));
  const values = tokens.map(([, logit]) => logit);
  const texts = values.map((value) => fixed(value, 2));
  const caption = which === 'promoted' ? words.promotedCaption : words.suppressedCaption;
  return {
    labels,
    values,
    texts,
    low: Math.min(0, ...values),
    high: Math.max(0, ...values),
    summary: fill(words[which], tokens.length, labels[0] ?? words.nothing),
    table: tableOf(caption, [words.token, words.logit], labels, [texts]),
  };
}

/** By AUROC, the best first; the lift is in the table and beside the bar. */
export function selectivityBars(
  { selectivity }: Pick<FeatureEvidence, 'selectivity'>,
  words: FeatureChartWords = FEATURE_WORDS,
): Bars {
  const sorted = selectivity.toSorted((a, b) => (b.auroc ?? -1) - (a.auroc ?? -1));
  const labels = sorted.map(({ language }) => languageLabel(language));
  const figure = (value: number | null, digits: number): string => (value === null ? '–' : fixed(value, digits));
  const texts = sorted.map(({ auroc }) => figure(auroc, 3));
  const lifts = sorted.map(({ lift }) => figure(lift, 2));
  return {
    labels,
    values: sorted.map(({ auroc }) => auroc ?? 0),
    texts,
    low: 0,
    high: 1,
    summary: fill(words.selectivity, sorted.length, labels[0] ?? words.nothing, texts[0] ?? words.nothing),
    table: tableOf(words.selectivityCaption, [words.language, words.auroc, words.lift], labels, [texts, lifts]),
  };
}

function tableOf(
  caption: string,
  [head, ...labels]: readonly string[],
  names: readonly string[],
  columns: readonly (readonly string[])[],
): Table {
  return {
    caption,
    columns: [{ label: head ?? '' }, ...labels.map((label) => ({ label, isNumber: true }))],
    rows: names.map((name, row) => [name, ...columns.map((column) => column[row] ?? '')]),
  };
}

/** Three digits at most: `0.25`, `12`, `0.0078`. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
