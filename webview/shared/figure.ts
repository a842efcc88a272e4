/**
 * The frame of every picture of a panel: title, legend, canvas, what the keyboard reads of it, note, and the table with
 * the same numbers. A picture is made here or not at all, so none can be without its words and its table.
 */
import type { Table } from '../../src/core/charts/table.ts';
import { describePicture } from './a11y.ts';
import { el, setText } from './dom.ts';
import { pictureActions } from './pictureActions.ts';
import { Reading } from './reading.ts';
import { dataTable } from './table.ts';

export interface FigureOptions {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** What opens the table: "The numbers". */
  readonly tableLabel: string;
  /** What the keyboard can do here. */
  readonly keysHint: string;
  /** See {@link Reading}. */
  readonly isTurned?: boolean;
}

export interface Figure {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly reading: Reading;
  /** How high the picture is, in CSS pixels; its width is the page's. */
  setHeight(height: number): void;
  /** The picture in words and numbers. A table that is given as a function is large: it is made when somebody reads it. */
  describe(summary: string, table: Table | (() => Table)): void;
  /** What is saved as the picture, where that is more than the canvas shows. */
  setPicture(pictureOf: () => HTMLCanvasElement): void;
  /** The key: what each mark or stroke stands for. */
  setLegend(entries: readonly { readonly icon: SVGSVGElement; readonly name: string }[]): void;
}

export function figure({ id, title, note, tableLabel, keysHint, isTurned = false }: FigureOptions): Figure {
  const canvas = el('canvas');
  const reading = new Reading(canvas, { hint: keysHint, isTurned });
  const picture = el('div', { class: 'picture' }, canvas);
  const legend = el('ul', { class: 'legend' });
  // Wide tables move sideways, by the keyboard too.
  const numbers = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title });
  const details = el('details', {}, el('summary', {}, tableLabel), numbers);
  const heading = el('h2', { id: `${id}-title` }, title);
  const caption = el('figcaption', {}, note);
  const element = el(
    'figure',
    { 'aria-labelledby': `${id}-title` },
    heading,
    legend,
    picture,
    reading.element,
    caption,
    details,
    pictureActions({ id, title, table: () => tableOf?.(), picture: () => pictureOf() }),
  );
  let tableOf: (() => Table) | undefined;
  let pictureOf = (): HTMLCanvasElement => canvas;
  let largeTable: (() => Table) | undefined;
  let shownTable = '';
  const showTable = (table: Table): void => {
    const wanted = JSON.stringify(table);
    if (wanted === shownTable) return;
    shownTable = wanted;
    numbers.replaceChildren(dataTable(table));
  };
  details.addEventListener('toggle', () => {
    if (details.open && largeTable) showTable(largeTable());
  });
  let shownLegend = '';
  return {
    element,
    canvas,
    reading,
    setHeight: (height) => {
      const wanted = `${height}px`;
      if (picture.style.height !== wanted) picture.style.height = wanted;
    },
    describe(summary, table) {
      describePicture(canvas, summary);
      reading.show(table);
      tableOf = typeof table === 'function' ? table : () => table;
      largeTable = typeof table === 'function' ? table : undefined;
      if (typeof table !== 'function') showTable(table);
      else if (details.open) showTable(table());
    },
    setPicture(of) {
      pictureOf = of;
    },
    setLegend(entries) {
      const wanted = JSON.stringify(entries.map(({ name }) => name));
      if (wanted === shownLegend) return;
      shownLegend = wanted;
      legend.replaceChildren(
        ...entries.map(({ icon, name }) => {
          const text = el('span');
          setText(text, name);
          return el('li', {}, icon, text);
        }),
      );
    },
  };
}
