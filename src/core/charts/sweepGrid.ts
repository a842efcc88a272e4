/** The effects of a sweep as a heat map: a row for each position, a column for each layer. Pure. */
import { fixed } from './format.ts';
import { divergingScale, sequentialScale } from './grid.ts';
import type { Grid } from './grid.ts';
import { tokenLabel } from './nextTokens.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** The figures of a sweep, as far as they are drawn; [layer][position]. */
export interface SweptFigures {
  readonly ids: readonly number[];
  readonly pieces: Readonly<Record<string, string>>;
  readonly layers: readonly number[];
  readonly positions: readonly number[];
  readonly kl: readonly (readonly (number | null)[])[];
  /** Present for a patch. */
  readonly recovered?: readonly (readonly (number | null)[])[];
}

export const SWEEP_GRID_WORDS = {
  token: 'token',
  layer: 'layer',
  nats: 'nats',
  recovered: 'Logit difference recovered, by token and layer',
  divergence: 'KL(changed || original), by token and layer',
  summary: 'A grid of {0} tokens by {1} layers. {2} The largest, {3}, is at {4}, layer {5}.',
} as const;

export function sweepGrid(swept: SweptFigures, words: Words<typeof SWEEP_GRID_WORDS> = SWEEP_GRID_WORDS): Grid {
  const { ids, pieces, layers, positions, kl, recovered } = swept;
  const effects = recovered ?? kl;
  const rows = positions.map((position) => `${position} ${tokenLabel(ids[position] ?? 0, pieces)}`);
  const values = positions.flatMap((_, row) => layers.map((_layer, column) => effects[column]?.[row] ?? null));
  const most = values.reduce<number>(
    (best, value, at) => ((value ?? -Infinity) > (values[best] ?? -Infinity) ? at : best),
    0,
  );
  const caption = recovered ? words.recovered : words.divergence;
  const unit = recovered ? '' : words.nats;
  const largest = [fixed(values[most] ?? 0, 2), ...(unit === '' ? [] : [unit])].join(' ');
  const [row, column] = [Math.floor(most / Math.max(1, layers.length)), most % Math.max(1, layers.length)];
  return {
    rowTitle: words.token,
    columnTitle: words.layer,
    rows,
    columns: layers.map(String),
    values,
    scale: recovered ? divergingScale(values) : sequentialScale(values),
    unit,
    digits: 2,
    summary: fill(
      words.summary,
      rows.length,
      layers.length,
      `${caption}.`,
      largest,
      rows[row] ?? '',
      layers[column] ?? '',
    ),
    caption,
  };
}
