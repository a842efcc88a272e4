/** The frame of every section of the report: its number, its heading, where its figures come from. */
import type { Dated } from '../data.ts';
import { duration, moment } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';

export interface Section {
  /** The anchor: small letters and hyphens. */
  readonly id: string;
  readonly heading: string;
  readonly body: Content;
}

export function section({ id, heading, body }: Section, number: number): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading"><span class="number" aria-hidden="true">${number}</span>${heading}</h2>
    ${body}
  </section>`;
}

/** `Measured 2026-11-23 08:04 UTC in 41 s`, or that it was kept from then. */
export function provenance(...steps: readonly (readonly [string, Dated<unknown>])[]): Html {
  return html`<p class="provenance">
    ${steps.map(
      ([name, { at, ms, isKept }], i) =>
        html`${i > 0 && ' · '}${name}: ${isKept ? 'kept from' : 'measured'}
          <time datetime="${at}">${moment(at)}</time>${ms !== undefined && ` (took ${duration(ms)})`}`,
    )}
  </p>`;
}

/** Names and values, as a list of two columns. */
export function facts(entries: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
