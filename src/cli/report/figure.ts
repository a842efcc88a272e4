/**
 * A picture and its table. Every figure of the report is made here, so that none can be without a name for screen
 * readers, a caption, and the same numbers in a table. It knows layout; the charts know what is drawn.
 */
import type { Table } from '../../core/charts/table.ts';
import { html } from './html.ts';
import type { Content, Html } from './html.ts';

export function dataTable({ caption, columns, rows }: Table<Content>): Html {
  const kind = (i: number): Content => columns[i]?.isNumber === true && html` class="number"`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ label }, i) => html`<th scope="col" ${kind(i)}>${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([head, ...cells]) =>
            html`<tr>
              <th scope="row" ${kind(0)}>${head}</th>
              ${cells.map((cell, i) => html`<td ${kind(i + 1)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export interface Drawing {
  /** The width and height of the drawing's own coordinates. */
  readonly size: readonly [number, number];
  readonly body: Content;
}

export interface Figure {
  /** Unique in the page: small letters and hyphens. */
  readonly id: string;
  readonly title: string;
  /** The picture in words, for who cannot see it: what is drawn, and what it shows. */
  readonly description: string;
  readonly drawing: Drawing;
  readonly legend?: Content;
  readonly note: Content;
  readonly table: Table<Content>;
}

export function figure({ id, title, description, drawing, legend, note, table }: Figure): Html {
  const [width, height] = drawing.size;
  return html`<figure id="${id}">
    <p class="figure-title" id="${id}-name">${title}</p>
    ${legend}
    <div class="picture" tabindex="0" role="region" aria-labelledby="${id}-name">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
        <title id="${id}-title">${title}</title>
        <desc id="${id}-desc">${description}</desc>
        ${drawing.body}
      </svg>
    </div>
    <figcaption>${note}</figcaption>
    <details>
      <summary>The numbers</summary>
      ${dataTable(table)}
    </details>
  </figure>`;
}
