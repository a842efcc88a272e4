/**
 * A picture read by the keyboard: arrow keys go from figure to figure of its table, and the figure is written under the
 * picture, where a screen reader hears it. The picture shows where that is; this knows keys and words only.
 */
import { movedPlace, readCell } from '../../src/core/charts/table.ts';
import type { ReadingKey, Table, TablePlace } from '../../src/core/charts/table.ts';
import { el, setText } from './dom.ts';

export interface ReadingOptions {
  /** Said as long as nothing is read: which keys there are. */
  readonly hint: string;
  /** True where the picture has the table's rows beside one another, as a line over its points has. */
  readonly isTurned: boolean;
}

const TURNED = {
  ArrowUp: 'ArrowLeft',
  ArrowDown: 'ArrowRight',
  ArrowLeft: 'ArrowUp',
  ArrowRight: 'ArrowDown',
} as const;

export class Reading {
  readonly element = el('p', { class: 'reading', role: 'status' });
  private tableOf: (() => Table) | undefined;
  private known: Table | undefined;
  private place: TablePlace | undefined;
  private point: (place: TablePlace | undefined) => void = () => undefined;
  private open: ((place: TablePlace) => void) | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly options: ReadingOptions,
  ) {
    canvas.addEventListener('focus', () => setText(this.element, options.hint));
    canvas.addEventListener('blur', () => this.read(undefined));
    canvas.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param point shows a place in the picture, or none */
  onPlace(point: (place: TablePlace | undefined) => void): void {
    this.point = point;
  }

  /** Another table: what was read is read again, where it is still there. One that is a function is made when it is read. */
  show(table: Table | (() => Table)): void {
    this.known = undefined;
    this.tableOf = typeof table === 'function' ? table : () => table;
    const { place } = this;
    if (place) this.read(this.has(place) ? place : undefined);
  }

  /** Reads a figure out, or none. */
  read(place: TablePlace | undefined): void {
    this.place = place;
    setText(this.element, place && this.table ? readCell(this.table, place) : '');
    this.point(place);
  }

  /** Told where Enter opens what is read. */
  onOpen(open: (place: TablePlace) => void): void {
    this.open = open;
  }

  private get table(): Table | undefined {
    return (this.known ??= this.tableOf?.());
  }

  private has({ row, column }: TablePlace): boolean {
    return this.table !== undefined && row < this.table.rows.length && column < this.table.columns.length;
  }

  private onKey(event: KeyboardEvent): void {
    if (!this.table || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Enter' && this.place && this.open) return this.open(this.place);
    const key = this.keyOf(event.key);
    if (key === undefined) return;
    // Arrows would move the page.
    event.preventDefault();
    this.read(movedPlace(this.table, this.place, key));
  }

  private keyOf(key: string): ReadingKey | undefined {
    if (key === 'Home' || key === 'End') return key;
    if (key !== 'ArrowUp' && key !== 'ArrowDown' && key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
    return this.options.isTurned ? TURNED[key] : key;
  }
}
