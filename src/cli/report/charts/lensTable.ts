/**
 * The logit lens at one position, without and with the vector, side by side: a table that is its own picture. A cell's
 * shade is the token's weight among the best that were read, and the tags of the two languages carry their marks.
 */
import type { LensResult, TopLogits } from '../../../protocol/engineService.ts';
import { languageNamed } from '../../../core/language/languages.ts';
import type { Language, LensReading } from '../data.ts';
import { fixed, percent } from '../../../core/charts/format.ts';
import { pieceText, visiblePiece } from '../../../core/charts/pieces.ts';
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';
import { heatClass } from './heat.ts';

/** Best tokens shown in each layer. */
const SHOWN = 3;

export interface LensTableInput {
  readonly reading: LensReading;
  readonly source: Language;
  readonly target: Language;
  /** The layers that the vector acts in. */
  readonly steeredLayers: readonly number[];
}

export function lensTable({ reading: { plain, steered }, source, target, steeredLayers }: LensTableInput): Html {
  const sides = [
    { name: 'unsteered', result: plain },
    ...(steered === undefined ? [] : [{ name: `steered to ${target.name}`, result: steered }]),
  ];
  return html`<div class="scroll wide" tabindex="0" role="region" aria-label="Logit lens by layer">
    <table class="lens">
      <caption>
        The ${SHOWN} likeliest next tokens, as each layer would have it, with their logits. ● marks a tag of
        ${source.name}, ◆ a tag of ${target.name}.
      </caption>
      <thead>
        <tr>
          <th scope="col" rowspan="2">Layer</th>
          ${sides.map(({ name }) => html`<th scope="colgroup" colspan="${SHOWN}">${name}</th>`)}
        </tr>
        <tr>
          ${sides.map(() => ['first', 'second', 'third'].map((rank) => html`<th scope="col">${rank}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${plain.layers.map(
          ({ layer }) =>
            html`<tr ${steeredLayers.includes(layer) && html`class="acts"`}>
              <th scope="row">
                ${layer}${steeredLayers.includes(layer) && html`<span class="note">&nbsp;← vector</span>`}
              </th>
              ${sides.map(({ result }) => cells(result, layer, source, target))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cells(result: LensResult, layer: number, source: Language, target: Language): Content {
  const top = result.layers.find((entry) => entry.layer === layer)?.top.at(-1) ?? [];
  const weights = softmax(top);
  return Array.from({ length: SHOWN }, (_, rank) => {
    const entry = top[rank];
    if (entry === undefined) return html`<td></td>`;
    const [id, logit] = entry;
    const piece = result.pieces?.[String(id)] ?? `#${id}`;
    const weight = weights[rank] ?? 0;
    return html`<td
      class="${heatClass(weight)}"
      title="${`token ${id}, logit ${fixed(logit, 2)}, ${percent(weight)} of the ${top.length} best`}"
    >
      ${tagMark(piece, source, target)}<code>${visiblePiece(piece)}</code> <span class="logit">${fixed(logit, 1)}</span>
    </td>`;
  });
}

function tagMark(piece: string, source: Language, target: Language): Content {
  const named = languageNamed(pieceText(piece).trim())?.id;
  if (named === target.id) return html`<span class="tag steered">◆</span> `;
  return named === source.id && html`<span class="tag plain">●</span> `;
}

function softmax(top: TopLogits): number[] {
  const best = top[0]?.[1] ?? 0;
  const exponentials = top.map(([, logit]) => Math.exp(logit - best));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}
