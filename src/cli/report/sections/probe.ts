/** Where in the model the language can be read, and what the controls say. */
import { bestLayer, probeLines } from '../charts/probeLines.ts';
import type { ReportData } from '../data.ts';
import { percent } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Content } from '../html.ts';
import { probeVerdict } from '../verdict.ts';
import { provenance } from './section.ts';
import type { Section } from './section.ts';

/** What each line of the chart means: the terminal prints the same words. */
export const PROBE_CONTROLS: readonly (readonly [string, string])[] = [
  ['embedding', 'the same probe before any layer: what the token alone gives away. Layers must beat it.'],
  ['shuffled', 'trained on labels that were dealt at random. Well above chance would mean the probe memorises.'],
  ['majority', 'always saying the commonest language: what no knowledge at all scores.'],
];

export function probeSection({ probe }: ReportData): Section {
  const { value } = probe;
  const askedFor = value.askedFor[0];
  return {
    id: 'probe',
    heading: 'Where the language can be read',
    body: html`<p>${probeVerdict(value, bestLayer(value))}</p>
      ${probeLines(value)}
      <dl class="controls">
        ${PROBE_CONTROLS.map(
          ([name, meaning]): Content =>
            html`<dt>${name}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>
      ${
        askedFor !== undefined &&
        html`<p>
          An easier question for comparison: at the last token of a prompt that <em>names</em> the language, layer
          ${askedFor.layer} already has ${percent(askedFor.accuracy[0])}. The name is in sight there, so that figure
          proves little, and it is not in the picture.
        </p>`
      }
      ${provenance(['Probes', probe])}`,
  };
}
