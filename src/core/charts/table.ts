/** The twin of every picture: the same numbers as text in rows. Types only; the report and the panels lay it out. */

export interface Column {
  readonly label: string;
  /** Numbers are set flush right, in figures of one width. */
  readonly isNumber?: boolean;
}

/** @template Cell text and numbers, or whatever else a front end can put into a cell */
export interface Table<Cell = string | number> {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}
