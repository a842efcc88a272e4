/**
 * What a comparison of two steerings shows: how far each token's distribution moves, where in the model the runs part, and
 * what acted on each token. As data, with a table for each picture; the words come from whoever shows it.
 */
import { tokenTexts } from '../compare/tokenTexts.ts';
import { fixed, layerRanges } from './format.ts';
import { sequentialScale, type Grid } from './grid.ts';
import { visibleText } from './pieces.ts';
import type { Table } from './table.ts';
import { fill, type Words } from './words.ts';

export const COMPARISON_WORDS = {
  token: 'token',
  layer: 'layer',
  kl: 'KL(A ‖ B)',
  shift: 'log p_B − log p_A',
  logA: 'log p under A',
  logB: 'log p under B',
  unit: 'nats',
  klSummary: 'KL divergence and probability shift of {0} tokens. The most is {1} nats, at token {2}.',
  klEmpty: 'KL divergence and probability shift: there is no token.',
  klCaption: 'By token, in nats: KL(A ‖ B) of the next-token distributions, and log p of the token that was written.',
  gridSummary: 'Relative difference of the residual stream in {0} layers at {1} tokens. {2}',
  gridCaption: '|h_A − h_B| / |h_A| of the residual stream out of each block, by layer and token.',
  parts: 'The runs part in layer {0}, at token {1}: more than {2}.',
  noParts: 'In no layer is it more than {0}.',
  partsHere: 'the runs part here',
  traceRow: '{0}: {1}',
  gateRow: '{0}: {1}, gate in layer {2} ({3})',
  traceSummary: 'What acted on each of {0} tokens: {1} rows.',
  traceCaption: '1 where steering was in scope, 0 where it was not; of a gate, how far its probe opened it.',
  traceOf: 'steering',
  steered: '{0} ×{1}, layers {2}, dose {3}, scope {4}',
  unsteered: 'not steered',
} as const;

export type ComparisonWords = Words<typeof COMPARISON_WORDS>;

type Measured = number | null;

/** A text that was read under A and under B, as far as it is drawn. */
export interface DrawnText {
  readonly ids: readonly number[];
  readonly kl: readonly Measured[];
  readonly logA: readonly Measured[];
  readonly logB: readonly Measured[];
  readonly difference: readonly (readonly Measured[])[];
  readonly parts: { readonly layer: number; readonly token: number } | null;
}

export interface DrawnSteering {
  readonly name: string;
  readonly strength: number;
  readonly layers: readonly number[];
  readonly dose: number;
  readonly scope: string;
  readonly acting: readonly boolean[];
}

export interface DrawnGate {
  readonly name: string;
  readonly layer: number;
  readonly hook: string;
  readonly strength: readonly Measured[];
}

type Pieces = Readonly<Record<string, string>>;

/** Two figures a token. */
export interface TokenShift {
  /** `0 def`: number and token. */
  readonly labels: readonly string[];
  readonly kl: readonly Measured[];
  readonly shift: readonly Measured[];
  readonly summary: string;
  readonly table: Table;
}

/** `3 ␣the`: a token by its number and its text. */
export function tokenLabels(ids: readonly number[], pieces: Pieces): string[] {
  return tokenTexts(ids, pieces).map((text, token) => `${token} ${visibleText(text)}`);
}

export function tokenShift(text: DrawnText, pieces: Pieces, words: ComparisonWords): TokenShift {
  const labels = tokenLabels(text.ids, pieces);
  const shift = text.ids.map((_, token) => difference(text.logB[token], text.logA[token]));
  const most = text.kl.reduce<number>((best, value, token) => ((value ?? 0) > (text.kl[best] ?? 0) ? token : best), 0);
  return {
    labels,
    kl: text.kl,
    shift,
    summary:
      labels.length === 0
        ? words.klEmpty
        : fill(words.klSummary, labels.length, fixed(text.kl[most] ?? 0, 3), labels[most] ?? ''),
    table: {
      caption: words.klCaption,
      columns: [
        { label: words.token },
        ...[words.kl, words.shift, words.logA, words.logB].map((label) => ({ label, isNumber: true })),
      ],
      rows: labels.map((label, token) => [
        label,
        ...[text.kl[token], shift[token], text.logA[token], text.logB[token]].map(figure),
      ]),
    },
  };
}

function difference(a: Measured | undefined, b: Measured | undefined): Measured {
  return typeof a === 'number' && typeof b === 'number' ? a - b : null;
}

function figure(value: Measured | undefined): string {
  return typeof value === 'number' ? fixed(value, 3) : '';
}

/** The layers from the last at the top, tokens from left to right. */
export function differenceGrid(text: DrawnText, pieces: Pieces, threshold: number, words: ComparisonWords): Grid {
  const layers = text.difference.map((_, layer) => layer).reverse();
  const columns = tokenLabels(text.ids, pieces);
  const values = layers.flatMap((layer) => text.ids.map((_, token) => text.difference[layer]?.[token] ?? null));
  const { parts } = text;
  const said = parts
    ? fill(words.parts, parts.layer, columns[parts.token] ?? parts.token, threshold)
    : fill(words.noParts, threshold);
  return {
    rowTitle: words.layer,
    columnTitle: words.token,
    rows: layers.map(String),
    columns,
    values,
    scale: sequentialScale(values),
    unit: '',
    digits: 3,
    marks: parts ? [{ row: layers.indexOf(parts.layer), column: parts.token, text: words.partsHere }] : [],
    summary: fill(words.gridSummary, layers.length, columns.length, said),
    caption: words.gridCaption,
  };
}

/** What acted on each token of one answer: a row for each artefact, and one for each of its gates. */
export function traceGrid(
  side: {
    readonly ids: readonly number[];
    readonly steer: readonly DrawnSteering[];
    readonly gates: readonly DrawnGate[];
  },
  name: string,
  pieces: Pieces,
  words: ComparisonWords,
): Grid {
  const columns = tokenLabels(side.ids, pieces);
  const artefacts = side.steer.map((steering) => ({
    label: fill(words.traceRow, name, steeringInWords(steering, words)),
    values: side.ids.map((_, token) => (steering.acting[token] ? 1 : 0)),
  }));
  const gates = side.gates.map((gate) => ({
    label: fill(words.gateRow, name, gate.name, gate.layer, gate.hook),
    values: side.ids.map((_, token) => gate.strength[token] ?? null),
  }));
  const rows = [...artefacts, ...gates];
  return {
    rowTitle: words.traceOf,
    columnTitle: words.token,
    rows: rows.map(({ label }) => label),
    columns,
    values: rows.flatMap(({ values }) => values),
    scale: { kind: 'sequential', low: 0, high: 1 },
    unit: '',
    digits: 2,
    summary: fill(words.traceSummary, columns.length, rows.length),
    caption: words.traceCaption,
  };
}

/** `cpp ×1, layers 12, dose 0.19, scope first:3`. */
export function steeringInWords(
  { name, strength, layers, dose, scope }: DrawnSteering,
  words: ComparisonWords,
): string {
  return fill(words.steered, name, strength, layerRanges(layers), fixed(dose, 2), scope);
}
