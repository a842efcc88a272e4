/** A table of numbers as elements: the twin of a picture, for who cannot see it and for who wants the figures. */
import type { Table } from '../../src/core/charts/table.ts';
import { el } from './dom.ts';

export function dataTable({ caption, columns, rows }: Table): HTMLTableElement {
  const kind = (i: number) => (columns[i]?.isNumber === true ? { class: 'number' } : {});
  return el(
    'table',
    {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...columns.map(({ label }, i) => el('th', { scope: 'col', ...kind(i) }, label)))),
    el(
      'tbody',
      {},
      ...rows.map(([head = '', ...cells]) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row', ...kind(0) }, String(head)),
          ...cells.map((cell, i) => el('td', kind(i + 1), String(cell))),
        ),
      ),
    ),
  );
}
