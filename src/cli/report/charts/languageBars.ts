/** Which languages the answers are in, under each condition: one bar with its interval for each. Draws, no more. */
import { CONDITIONS, conditionNames } from '../../../core/charts/conditions.ts';
import { languageShares } from '../../../core/charts/languageShares.ts';
import type { ShareBar } from '../../../core/charts/languageShares.ts';
import { linear } from '../../../core/charts/scale.ts';
import type { Scale } from '../../../core/charts/scale.ts';
import type { ReportData } from '../data.ts';
import { figure } from '../figure.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { CHART_WIDTH, label, line, mark, percentAxis, rect, whisker } from '../svg.ts';
import { conditionEntry, legend } from './legend.ts';

const BAR = 12;
const GAP = 5;
const GROUP = CONDITIONS.length * (BAR + GAP) + 16;
const LEFT = 160;
const RIGHT = 72;

export function languageBars(data: ReportData): Html {
  const names = conditionNames(data.target.name);
  const conditions = CONDITIONS.map((id) => ({ ...data[id].value, id, name: names[id] }));
  const { groups, summary, table } = languageShares(conditions, [data.source.id, data.target.id]);
  const bottom = groups.length * GROUP;
  const x = linear([0, 1], [LEFT, CHART_WIDTH - RIGHT]);
  return figure({
    id: 'languages',
    title: 'Languages of the answers',
    description: summary,
    legend: legend(CONDITIONS.map((id) => conditionEntry(id, names[id]))),
    drawing: {
      size: [CHART_WIDTH, bottom + 26],
      body: html`${percentAxis(x, 0, bottom)}
      ${groups.map(({ label: language, bars }, i) => {
        const top = i * GROUP + 8;
        return html`${i > 0 && line([0, top - 8], [CHART_WIDTH, top - 8], 'grid')}${label(0, top + 28, language, 'name')}
        ${bars.map((one, j) => bar(one, x, top + j * (BAR + GAP)))}`;
      })}`,
    },
    note: html`The language of the body of the code, told by a detector that the fitting never consulted. The thin lines
    are 95% Wilson intervals.`,
    table,
  });
}

function bar({ condition, count, n, share: [estimate, low, high] }: ShareBar, x: Scale, y: number): Html {
  const middle = y + BAR / 2;
  return html`${mark(condition, LEFT - 12, middle, 3.5)}${rect(x(0), y, x(estimate) - x(0), BAR, `bar ${condition}`)}${whisker(
    x(low),
    x(high),
    middle,
    'interval',
    3,
  )}${label(CHART_WIDTH, middle + 4, `${count} of ${n}`, 'tick', 'end')}`;
}
