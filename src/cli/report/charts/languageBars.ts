/** Which languages the answers are in, under each condition: one bar with its interval for each. Draws, no more. */
import type { ReportData } from '../data.ts';
import { figure } from '../figure.ts';
import { languageLabel, percent, shareWithInterval } from '../format.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { languagesSeen, shareOf } from '../shares.ts';
import { CHART_WIDTH, label, line, linear, mark, percentAxis, rect, whisker } from '../svg.ts';
import { conditionEntry, conditionNames, legend } from './legend.ts';

const CONDITIONS = ['plain', 'steered', 'asked'] as const;
const BAR = 12;
const GAP = 5;
const GROUP = CONDITIONS.length * (BAR + GAP) + 16;
const LEFT = 160;
const RIGHT = 72;

export function languageBars(data: ReportData): Html {
  const languages = languagesSeen(data);
  const names = conditionNames(data.target.name);
  const bottom = languages.length * GROUP;
  const x = linear([0, 1], [LEFT, CHART_WIDTH - RIGHT]);
  return figure({
    id: 'languages',
    title: 'Languages of the answers',
    description: `Bars of the share of answers by language, for ${CONDITIONS.map((id) => names[id]).join(', ')}. ${languages
      .map(
        (language) =>
          `${languageLabel(language)}: ${CONDITIONS.map((id) => percent(shareOf(data[id].value, language)[0])).join(', ')}`,
      )
      .join('; ')}`,
    legend: legend(CONDITIONS.map((id) => conditionEntry(id, names[id]))),
    drawing: {
      size: [CHART_WIDTH, bottom + 26],
      body: html`${percentAxis(x, 0, bottom)}
      ${languages.map((language, i) => {
        const top = i * GROUP + 8;
        return html`${i > 0 && line([0, top - 8], [CHART_WIDTH, top - 8], 'grid')}${label(0, top + 28, languageLabel(language), 'name')}
        ${CONDITIONS.map((id, j) => {
          const { n, counts } = data[id].value;
          const [estimate, low, high] = shareOf(data[id].value, language);
          const y = top + j * (BAR + GAP);
          const middle = y + BAR / 2;
          return html`${mark(id, LEFT - 12, middle, 3.5)}${rect(x(0), y, x(estimate) - x(0), BAR, `bar ${id}`)}${whisker(
            x(low),
            x(high),
            middle,
            'interval',
            3,
          )}${label(CHART_WIDTH, middle + 4, `${counts[language] ?? 0} of ${n}`, 'tick', 'end')}`;
        })}`;
      })}`,
    },
    note: html`The language of the body of the code, told by a detector that the fitting never consulted. The thin lines
    are 95% Wilson intervals.`,
    table: {
      caption: 'Share of answers by language, with 95% intervals in %',
      columns: [{ label: 'Language' }, ...CONDITIONS.map((id) => ({ label: names[id], isNumber: true }))],
      rows: languages.map((language) => [
        languageLabel(language),
        ...CONDITIONS.map((id) => {
          const condition = data[id].value;
          return `${condition.counts[language] ?? 0} of ${condition.n}: ${shareWithInterval(shareOf(condition, language))}`;
        }),
      ]),
    },
  });
}
