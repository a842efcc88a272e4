/** What the model writes by itself, steered and asked: the languages of the answers. */
import { languageBars } from '../charts/languageBars.ts';
import type { ReportData } from '../data.ts';
import { languageLabel, percent, plural } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import { shareOf } from '../../../core/bias/answers.ts';
import { askedVerdict } from '../verdict.ts';
import { provenance } from './section.ts';
import type { Section } from './section.ts';

export function biasSection(data: ReportData): Section {
  const { plain, steered, asked, prompts } = data;
  const counts = Object.entries(plain.value.counts).sort((a, b) => b[1] - a[1]);
  const [commonest] = counts;
  return {
    id: 'bias',
    heading: 'Which language it chooses',
    body: html`<p>
        ${plural(prompts.length, 'prompt')} that ask for code and name no language.
        ${
          commonest !== undefined &&
          html`Left to itself the model answers in ${languageLabel(commonest[0])}
          ${percent(shareOf(plain.value, commonest[0])[0])} of the time: that is its bias.`
        }
      </p>
      <p>${askedVerdict(data)}</p>
      ${languageBars(data)} ${provenance(['Unsteered', plain], ['steered', steered], ['asked', asked])}`,
  };
}
