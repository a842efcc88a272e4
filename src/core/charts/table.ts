/** The twin of every picture: the same numbers as text in rows. Pure; the report and the panels lay it out. */

export interface Column {
  readonly label: string;
  /** Numbers are set flush right, in figures of one width. */
  readonly isNumber?: boolean;
}

/** @template Cell text and numbers, or whatever else a front end can put into a cell */
export interface Table<Cell = string | number> {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** What the columns after the first are of, where their labels are bare numbers. */
  readonly columnTitle?: string;
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A figure of a table: its row, and its column, of which 0 is the row's heading. */
export interface TablePlace {
  readonly row: number;
  readonly column: number;
}

/** One figure with all that it takes to be understood by itself: `Language C++, strength 2: 92%`. */
export function readCell({ columns, columnTitle, rows }: Table, { row, column }: TablePlace): string {
  const cells = rows[row] ?? [];
  const heading = [columns[0]?.label, cells[0]].join(' ');
  const label = [...(columnTitle === undefined ? [] : [columnTitle]), columns[column]?.label].join(' ');
  const cell = String(cells[column] ?? '');
  return `${heading}, ${label}: ${cell === '' ? '–' : cell}`;
}

/** What may move a place: the keys of a keyboard, by their names in a browser. */
export type ReadingKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/** How many rows and columns each arrow goes. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] } as const;

/**
 * Where a key leads to from a place, within the figures of the table; from nowhere to the first figure. Home and End are
 * the first and the last figure of the row. Undefined where the table has no figures.
 */
export function movedPlace(
  { columns, rows }: Table,
  from: TablePlace | undefined,
  key: ReadingKey,
): TablePlace | undefined {
  const last = { row: rows.length - 1, column: columns.length - 1 };
  if (last.row < 0 || last.column < 1) return undefined;
  const within = (place: TablePlace): TablePlace => ({
    row: Math.min(last.row, Math.max(0, place.row)),
    column: Math.min(last.column, Math.max(1, place.column)),
  });
  if (from === undefined) return { row: 0, column: 1 };
  if (key === 'Home' || key === 'End') return within({ row: from.row, column: key === 'Home' ? 1 : last.column });
  const [down, right] = STEPS[key];
  return within({ row: from.row + down, column: from.column + right });
}

/** The table as comma-separated values (RFC 4180), its heads first. What a spreadsheet would run as a formula stays text. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns.map(({ label }) => label), ...rows];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** `-0.53 nats` and `-3%` are figures; `-2+3` is a formula. */
const FORMULA = /^[=+@\t\r]|^-(?!\d*\.?\d+(?:e[+-]?\d+)?\s?[a-z%]*$)/i;

function csvCell(cell: string | number): string {
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as JSON. Rows are lists, as heads may be numbers, which objects would sort, and may be equal. */
export function jsonOf({ caption, columns, rows }: Table): string {
  return JSON.stringify({ caption, columns: columns.map(({ label }) => label), rows }, null, 2);
}
