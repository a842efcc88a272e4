/** The same prompts, unsteered and steered, side by side, with the first difference marked. All text is a model's. */
import type { Answer } from '../../../core/bias/answers.ts';
import type { ReportData } from '../data.ts';
import { fixed, languageLabel, plural } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Content, Html } from '../html.ts';
import { firstDifference } from '../difference.ts';
import type { Section } from './section.ts';

/** Pairs that are shown at once; the rest can be opened. */
const SHOWN = 3;

export function answersSection(data: ReportData): Section {
  const { prompts } = data;
  const pairs = prompts.map(({ id }, i) => pair(data, id, i));
  return {
    id: 'answers',
    heading: 'Side by side',
    body: html`<p>
        The first ${Math.min(SHOWN, pairs.length)} prompts in the order of the list, none picked. What both answers
        share is pale; the first word in which they differ is marked. The opening was given, and answers end after
        ${plural(data.settings.maxTokens, 'token')}.
      </p>
      ${pairs.slice(0, SHOWN)}
      ${
        pairs.length > SHOWN &&
        html`<details class="wide">
          <summary>The other ${plural(pairs.length - SHOWN, 'pair')}</summary>
          ${pairs.slice(SHOWN)}
        </details>`
      }`,
  };
}

function pair({ prompts, plain, steered, target }: ReportData, id: string, index: number): Html {
  const find = (answers: readonly Answer[]): Answer | undefined => answers.find((answer) => answer.id === id);
  const [a, b] = [find(plain.value.answers), find(steered.value.answers)];
  const [left, right] = firstDifference(a?.text ?? '', b?.text ?? '');
  return html`<article class="pair wide" aria-label="Prompt ${index + 1}">
    <p class="prompt"><span class="number">${index + 1}</span> ${prompts[index]?.prompt}</p>
    <div class="columns">
      ${column('Unsteered', 'plain', left, a)} ${column(`Steered to ${target.name}`, 'steered', right, b)}
    </div>
  </article>`;
}

function column(
  name: string,
  className: string,
  text: readonly [string, string, string],
  answer: Answer | undefined,
): Html {
  const [shared, different, rest] = text;
  return html`<div class="answer ${className}">
    <p class="answer-name">
      ${name}<span class="verdict">${answer === undefined ? 'no answer' : verdict(answer)}</span>
    </p>
    <pre
      dir="ltr"
    ><code><span class="shared">${shared}</span>${different !== '' && html`<mark>${different}</mark>`}${rest}</code></pre>
  </div>`;
}

function verdict({ language, confidence, parses }: Answer): Content {
  const syntax = parses === undefined ? '' : parses ? ', parses' : ', syntax error';
  const sureness = language === 'none' || language === 'undecided' ? '' : ` (${fixed(confidence, 2)})`;
  return `${languageLabel(language)}${sureness}${syntax}`;
}
