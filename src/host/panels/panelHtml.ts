/**
 * The page of a panel: the same few lines for every panel, without any data in them, and the policy that lets nothing in
 * but our own script and style. Pure, so that a test can read every word of it.
 */
import type { PanelId } from '../../protocol/panels/panel.ts';

export interface PageParts {
  readonly id: PanelId;
  /** Where the editor serves the extension's own files from, as a source of the policy. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** Fresh for each document, from a cryptographic source. */
  readonly nonce: string;
  /** The user's language, as BCP 47 has it. */
  readonly language: string;
}

/**
 * The SHA-256 of no text at all. The controls' toolkit adds an empty style element once, to see whether the browser knows
 * `:focus-visible`; this lets in that one and no style that says anything.
 */
const EMPTY_STYLE = `'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`;

/** Nothing but the script with the nonce, and styles, fonts and pictures of the extension's own folders. */
export function policyOf({ cspSource, nonce }: Pick<PageParts, 'cspSource' | 'nonce'>): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} ${EMPTY_STYLE}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** The whole document. Everything in it is the editor's, a constant, or checked here. */
export function panelHtml(parts: PageParts): string {
  const { id, scriptUri, styleUri, nonce, language } = parts;
  const lang = /^[\w-]{1,35}$/.test(language) ? language : 'en';
  return `<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policyOf(parts))}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Steerscope</title>
    <link rel="stylesheet" href="${attribute(styleUri)}" />
  </head>
  <body>
    <main data-panel="${id}"></main>
    <script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
  </body>
</html>
`;
}

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
