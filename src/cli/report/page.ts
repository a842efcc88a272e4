/** The report of the tour: what stands at its top, and which sections it has. */
import { bestLayer, points } from './charts/probeLines.ts';
import { shiftChart } from './charts/shift.ts';
import type { ReportData } from './data.ts';
import { contents, documentText } from './document.ts';
import { moment, percent, plural, signedPercent } from '../../core/charts/format.ts';
import { html } from './html.ts';
import type { Content, Html } from './html.ts';
import { answersSection } from './sections/answers.ts';
import { biasSection } from './sections/bias.ts';
import { fitSection } from './sections/fit.ts';
import { lensSection } from './sections/lens.ts';
import { limitsSection, methodSection, repeatSection } from './sections/method.ts';
import { probeSection } from './sections/probe.ts';
import type { Section } from './sections/section.ts';
import { speedSection } from './sections/speed.ts';
import { shareOf } from '../../core/bias/answers.ts';
import { headline, hits, shiftVerdict, validVerdict } from './verdict.ts';

/** The whole document as text, for a file with the ending `.html`. */
export function reportPage(data: ReportData): string {
  const sections = sectionsOf(data);
  return documentText({
    title: `${data.model.name} steered to ${data.target.name}`,
    software: data.software,
    header: header(data, sections),
    sections,
  });
}

function sectionsOf(data: ReportData): Section[] {
  const sections = [
    biasSection(data),
    answersSection(data),
    fitSection(data),
    lensSection(data),
    probeSection(data),
    speedSection(data),
    methodSection(data),
    limitsSection(data),
    repeatSection(data),
  ];
  return sections.filter((one) => one !== undefined);
}

function header(data: ReportData, sections: readonly Section[]): Html {
  const { model, target, madeAt } = data;
  return html`<header class="page">
    <p class="kicker">
      <strong>Steerscope</strong>
      <span>${model.name} · ${model.precision} · <time datetime="${madeAt}">${moment(madeAt)}</time></span>
    </p>
    <h1>${headline(data)}</h1>
    <p class="lede">
      One vector, added inside ${model.name} while it answers, is meant to turn its code from ${data.source.name} to
      ${target.name}. ${shiftVerdict(data)} ${validVerdict(data)}
    </p>
    ${keyFigures(data)} ${shiftChart(data)} ${contents(sections)}
  </header>`;
}

function keyFigures({ steered, plain, target, speed, probe }: ReportData): Html {
  const best = bestLayer(probe.value);
  const share = shareOf(steered.value, target.id);
  const entries: readonly (readonly [string, Content, string])[] = [
    [`${target.name}, with the vector`, percent(share[0]), `${hits(steered.value, target)} of ${steered.value.n}`],
    [
      `${target.name}, without it`,
      percent(shareOf(plain.value, target.id)[0]),
      `${hits(plain.value, target)} of ${plain.value.n}`,
    ],
    [
      'probe over embedding',
      points(best.accuracy[0] - probe.value.embedding.accuracy[0]),
      `points, layer ${best.layer}`,
    ],
    ['time, steered', signedPercent(speed.value.overhead), `median of ${plural(speed.value.pairs.length, 'pair')}`],
  ];
  return html`<dl class="key">
    ${entries.map(
      ([name, value, note]) =>
        html`<div>
          <dt>${name}<br /><small>${note}</small></dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
