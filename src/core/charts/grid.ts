/**
 * A large heat map: any measure over two axes, tokens by layers above all. Tens of thousands of cells are plain numbers here;
 * shades, texts and the table are computed from them when somebody looks. Pure; who draws it decides what a shade looks like.
 */
import { fixed } from './format.ts';
import type { Table } from './table.ts';

/** What the shades stand for. */
export interface GridScale {
  /** `sequential` goes from pale at `low` to strong at `high`; `diverging` is pale at 0 and has two colours. */
  readonly kind: 'sequential' | 'diverging';
  readonly low: number;
  readonly high: number;
}

/** A cell that is pointed out, and why. */
export interface GridMark {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

export interface Grid {
  /** What the rows are of, and the columns: "token", "layer". */
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [row, column]; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** What stands in each cell, where it has room, in place of its value; [row, column]. */
  readonly texts?: readonly string[];
  /** What is said of a cell without a value, where that is not nothing: "not read yet". */
  readonly absent?: string;
  readonly scale: GridScale;
  /** Of the values, as in "nats"; empty where they have none. */
  readonly unit: string;
  /** After the point. */
  readonly digits: number;
  readonly marks?: readonly GridMark[];
  /** The picture in words. */
  readonly summary: string;
  readonly caption: string;
}

/** Where the strongest shade begins, as a share of the values: one value that outweighs all others leaves the rest its shades. */
const STRONG_FROM = 0.98;

/** The scale of values that are never negative, from `low` to where only the greatest are left. */
export function sequentialScale(values: readonly (number | null)[], low = 0): GridScale {
  const sorted = Float64Array.from(
    values.filter((value) => value !== null && Number.isFinite(value)) as number[],
  ).sort();
  const high = sorted[Math.floor((sorted.length - 1) * STRONG_FROM)] ?? low;
  return { kind: 'sequential', low, high: high > low ? high : low + 1 };
}

/** The scale of values of both signs: as far to either side as the farthest goes. */
export function divergingScale(values: readonly (number | null)[]): GridScale {
  const [low, high] = rangeOf(values);
  const far = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return { kind: 'diverging', low: -far, high: far };
}

/** Least and most of the finite values; zeros where there is none. */
function rangeOf(values: readonly (number | null)[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

/** How strong a value's shade is: from 0 to 1, below 0 on the other side of a diverging scale; undefined where there is none. */
export function shadeOf({ kind, low, high }: GridScale, value: number | null | undefined): number | undefined {
  if (value === null || value === undefined || !Number.isFinite(value)) return undefined;
  if (kind === 'diverging') return Math.max(-1, Math.min(1, value / high));
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

/** A value as it is read: `0.53 nats`. */
export function valueText({ digits, unit }: Pick<Grid, 'digits' | 'unit'>, value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '';
  return unit === '' ? fixed(value, digits) : `${fixed(value, digits)} ${unit}`;
}

/** All that a cell says: its text, where it has one, its value, and why it is pointed out. */
export function cellText(grid: Grid, row: number, column: number): string {
  const at = row * grid.columns.length + column;
  const value = valueText(grid, grid.values[at]);
  const said = [grid.texts?.[at] ?? '', value === '' ? (grid.absent ?? '') : value];
  const marked = grid.marks?.filter((mark) => mark.row === row && mark.column === column).map(({ text }) => text) ?? [];
  return [...said, ...marked].filter((text) => text !== '').join(' · ');
}

/** The grid as a table: a row for each row, its name first. */
export function tableOfGrid(grid: Grid): Table {
  const { rows, columns, rowTitle, columnTitle, caption } = grid;
  return {
    caption,
    columns: [{ label: rowTitle }, ...columns.map((label) => ({ label, isNumber: true }))],
    columnTitle,
    rows: rows.map((name, row) => [name, ...columns.map((_, column) => cellText(grid, row, column))]),
  };
}
