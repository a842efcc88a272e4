/**
 * The frame of every page that the terminal writes: one HTML document that needs nothing but itself. No script, no
 * network, no file beside it; the policy in its head forbids all three, and names the one style sheet by its hash.
 */
import { createHash } from 'node:crypto';
import { html } from './html.ts';
import type { Content, Html } from './html.ts';
import { section } from './sections/section.ts';
import type { Section } from './sections/section.ts';
import { STYLE } from './style.ts';

export interface Page {
  /** For the tab of a browser. */
  readonly title: string;
  readonly software: string;
  readonly header: Content;
  readonly sections: readonly Section[];
}

// The policy has the hash of every character in the element, so none may be added to please a formatter.
// prettier-ignore
const STYLE_ELEMENT = html`<style>${STYLE}</style>`;

/** The whole document as text, for a file with the ending `.html`. */
export function documentText({ title, software, header, sections }: Page): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(STYLE)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="Steerscope ${software}" />
        <title>${title} · Steerscope</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${header}
        <main>${sections.map((one, i) => section(one, i + 1))}</main>
        <footer class="page">
          <p>
            Made by Steerscope ${software} on this machine. This page holds no script and asks the network for nothing.
          </p>
        </footer>
      </body>
    </html>`;
  return `${page.text.trim()}\n`;
}

/** Links to the sections. */
export function contents(sections: readonly Section[]): Html {
  return html`<nav aria-label="Sections">
    <ol>
      ${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}
    </ol>
  </nav>`;
}

/** Nothing may be loaded, run or sent; the style sheet is allowed by what it is. */
function policy(style: Html): string {
  const hash = createHash('sha256').update(style.text).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}
