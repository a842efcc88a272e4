/**
 * What the layers of a text hold, as pictures: tokens by layers under one measure, where the heads of a layer look from one
 * token, and one head over all tokens. Pure; who draws them is told nothing of models.
 */
import type { LanguageId } from '../language/languages.ts';
import type { AttentionReading, CellReading, Figures, LayersReading } from '../lens/reading.ts';
import { fixed, languageLabel } from './format.ts';
import { divergingScale, sequentialScale, type Grid } from './grid.ts';
import { visiblePiece } from './pieces.ts';
import { fill, type Words } from './words.ts';

/** What can be shown of a cell, in the order in which it is offered. */
export const LAYER_MEASURES = ['lens', 'divergence', 'entropy', 'norm', 'change', 'cosine', 'probe'] as const;
export type LayerMeasure = (typeof LAYER_MEASURES)[number];

export const LAYERS_WORDS = {
  token: 'token',
  layer: 'layer',
  head: 'head',
  key: 'key',
  query: 'query',
  lens: 'logit lens',
  divergence: 'KL to the final layer',
  entropy: 'entropy of the lens',
  norm: 'norm of the stream',
  change: 'change by the block',
  cosine: 'cosine to the direction',
  probe: 'probe score of a language',
  probeOf: 'probe score of {0}',
  summary: '{0}: a grid of {1} tokens by {2} layers.',
  massive: 'massive activation: dimension {0} is {1}, {2} times the median',
  headsCaption: 'Where the heads of layer {0} look from token {1}',
  headCaption: 'Head {0} of layer {1}: where each token looks',
  notRead: 'not read yet',
  attentionSummary: '{0}: shares of attention, {1} by {2}.',
} as const;

type LayersWords = Words<typeof LAYERS_WORDS>;

/** Digits and unit of each measure. */
const SHOWN = {
  lens: { digits: 2, unit: '' },
  divergence: { digits: 2, unit: 'nats' },
  entropy: { digits: 2, unit: 'nats' },
  norm: { digits: 0, unit: '' },
  change: { digits: 2, unit: '' },
  cosine: { digits: 2, unit: '' },
  probe: { digits: 2, unit: '' },
} as const satisfies Record<LayerMeasure, { readonly digits: number; readonly unit: string }>;

export interface LayersPicture {
  readonly measure: LayerMeasure;
  /** Whose score is shown, where the measure is that of the probe. */
  readonly language: LanguageId;
}

/**
 * Tokens down, layers across.
 * @param isWriting true where it is of a text that grows, and a cell without a value is only not read yet
 * @throws RangeError where the reading has no such measure
 */
export function layersGrid(
  read: LayersReading,
  { measure, language }: LayersPicture,
  words: LayersWords = LAYERS_WORDS,
  isWriting = false,
): Grid {
  const { layers, top, pieces, massive, first, ids } = read;
  const values = valuesOf(read, measure, language);
  if (values === undefined) throw new RangeError(`the reading has no ${measure}`);
  const rows = tokenNames(ids, pieces).slice(first);
  const caption = measure === 'probe' ? fill(words.probeOf, languageLabel(language)) : words[measure];
  return {
    rowTitle: words.token,
    columnTitle: words.layer,
    rows,
    columns: Array.from({ length: layers }, (_, layer) => String(layer)),
    values,
    ...(measure === 'lens' ? { texts: top.map(([best]) => (best ? visiblePiece(pieces[best[0]] ?? '') : '')) } : {}),
    ...(isWriting ? { absent: words.notRead } : {}),
    scale: scaleOf(measure, values),
    ...SHOWN[measure],
    marks: massive.map(({ position, layer, dimension, value, ratio }) => ({
      row: position - first,
      column: layer,
      text: fill(words.massive, dimension, fixed(value, 0), fixed(ratio, 0)),
    })),
    summary: fill(words.summary, caption, rows.length, layers),
    caption,
  };
}

function valuesOf(
  { measures, probe }: LayersReading,
  measure: LayerMeasure,
  language: LanguageId,
): Figures | undefined {
  if (measure === 'probe') return probe?.scores.find((known) => known.language === language)?.values;
  return measure === 'lens' ? measures.confidence : measures[measure];
}

function scaleOf(measure: LayerMeasure, values: readonly (number | null)[]) {
  if (measure === 'cosine') return divergingScale(values);
  return measure === 'lens' || measure === 'probe'
    ? ({ kind: 'sequential', low: 0, high: 1 } as const)
    : sequentialScale(values);
}

/** Heads down, the tokens up to the cell's across. @param ids of the text that the cell is of */
export function headsGrid(cell: CellReading, ids: readonly number[], words: LayersWords = LAYERS_WORDS): Grid {
  const columns = tokenNames(ids, cell.pieces).slice(0, cell.position + 1);
  const caption = fill(words.headsCaption, cell.layer, columns.at(-1) ?? '');
  return attentionGrid({
    rowTitle: words.head,
    columnTitle: words.key,
    rows: cell.attention.map((_, head) => String(head)),
    columns,
    values: cell.attention.flat(),
    caption,
    summary: fill(words.attentionSummary, caption, cell.attention.length, columns.length),
  });
}

/** Queries down, keys across; nothing where a key comes after the query. */
export function headGrid(
  { ids, pieces, pattern }: AttentionReading,
  { layer, head }: { readonly layer: number; readonly head: number },
  words: LayersWords = LAYERS_WORDS,
): Grid {
  const names = tokenNames(ids, pieces);
  const caption = fill(words.headCaption, head, layer);
  return attentionGrid({
    rowTitle: words.query,
    columnTitle: words.key,
    rows: names,
    columns: names,
    values: pattern.map((share, at) => (at % ids.length > Math.floor(at / ids.length) ? null : share)),
    caption,
    summary: fill(words.attentionSummary, caption, names.length, names.length),
  });
}

function attentionGrid(grid: Omit<Grid, 'scale' | 'digits' | 'unit'>): Grid {
  return { ...grid, scale: { kind: 'sequential', low: 0, high: 1 }, digits: 2, unit: '' };
}

/** `3 return`: the position tells equal tokens apart. */
export function tokenNames(ids: readonly number[], pieces: Readonly<Record<string, string>>): string[] {
  return ids.map((id, position) => `${position} ${visiblePiece(pieces[String(id)] ?? `#${id}`)}`);
}
