/** The moment of the choice, layer by layer: the next token after the opening, without and with the vector. */
import { lensTable } from '../charts/lensTable.ts';
import type { ReportData } from '../data.ts';
import { html } from '../html.ts';
import { provenance } from './section.ts';
import type { Section } from './section.ts';

export function lensSection({ lens, fit, source, target }: ReportData): Section | undefined {
  if (lens === undefined) return undefined;
  const isSteered = lens.value.steered !== undefined;
  return {
    id: 'lens',
    heading: 'The moment of choice',
    body: html`<p>
        The prompt is <q>${lens.value.prompt.prompt}</q>, and the answer stands at its opening fence: the next token is
        the tag that names a language. Each layer’s residual stream goes through the final norm and the output head, as
        if the model ended there.
        ${
          isSteered
            ? html`Where the two sides part, the vector is at work.`
            : html`Only the unsteered model is shown: this engine cannot read a steered run.`
        }
        Early layers are read with the last layer’s head, so their words are often noise.
      </p>
      ${lensTable({
        reading: lens.value,
        source,
        target,
        steeredLayers: isSteered ? fit.value.layers : [],
      })}
      ${provenance(['Lens', lens])}`,
  };
}
