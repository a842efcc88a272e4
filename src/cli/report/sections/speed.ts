/** What steering costs in time. */
import { speedPairs } from '../charts/speedPairs.ts';
import type { ReportData } from '../data.ts';
import { plural } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import { speedVerdict } from '../verdict.ts';
import { provenance } from './section.ts';
import type { Section } from './section.ts';

export function speedSection({ speed, settings }: ReportData): Section {
  return {
    id: 'speed',
    heading: 'What it costs',
    body: html`<p>${speedVerdict(speed.value)}</p>
      ${speedPairs(speed.value)}
      <p>
        Each run decodes ${plural(speed.value.tokensPerRun, 'token')} of one prompt on
        ${plural(settings.threads, 'thread')}, and which of a pair runs first alternates. For this measurement the
        vector acts at every token, whatever its own scope. Reading the prompt is not counted. Other programs on the
        machine move these figures; the overhead of a pair moves less than the speeds.
      </p>
      ${provenance(['Speed', speed])}`,
  };
}
