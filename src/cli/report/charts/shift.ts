/**
 * The report's first picture: the share of answers in the target language under each condition, as a mark and its 95%
 * interval on one axis. Draws; decides nothing about what the difference means.
 */
import { CONDITIONS, conditionNames } from '../../../core/charts/conditions.ts';
import { linear } from '../../../core/charts/scale.ts';
import type { ReportData } from '../data.ts';
import { figure } from '../figure.ts';
import { interval, percent } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { CHART_WIDTH, label, mark, percentAxis, rect } from '../svg.ts';
import { shareOf } from '../../../core/bias/answers.ts';

const ROW = 52;
const LEFT = 168;
const RIGHT = 96;

export function shiftChart(data: ReportData): Html {
  const names = conditionNames(data.target.name);
  const rows = CONDITIONS.map((id) => {
    const { value } = data[id];
    return {
      id,
      name: names[id],
      n: value.n,
      hits: value.counts[data.target.id] ?? 0,
      share: shareOf(value, data.target.id),
    };
  });
  const bottom = rows.length * ROW + 8;
  const x = linear([0, 1], [LEFT, CHART_WIDTH - RIGHT]);
  return figure({
    id: 'shift',
    title: `Answers in ${data.target.name}, by condition`,
    description: rows
      .map(({ name, hits, n, share }) => `${name}: ${hits} of ${n}, ${percent(share[0])}, interval ${interval(share)}`)
      .join('; '),
    drawing: {
      size: [CHART_WIDTH, bottom + 26],
      body: html`${percentAxis(x, 4, bottom)}
      ${rows.map(({ id, name, hits, n, share: [estimate, low, high] }, i) => {
        const y = i * ROW + ROW / 2 + 4;
        return html`${label(0, y + 5, name, 'name')}${rect(x(low), y - 7, x(high) - x(low), 14, `band ${id}`)}${mark(
          id,
          x(estimate),
          y,
          8,
        )}${label(CHART_WIDTH, y + 5, `${hits} of ${n}`, 'value', 'end')}`;
      })}`,
    },
    note: html`The mark is the share, the band its 95% Wilson interval. The same ${data.plain.value.n} prompts each
    time; none of them names a language, but for the last row, where ${html`<q>${data.settings.request}</q>`} is added.`,
    table: {
      caption: `Share of answers in ${data.target.name}`,
      columns: [
        { label: 'Condition' },
        { label: 'Answers', isNumber: true },
        { label: `In ${data.target.name}`, isNumber: true },
        { label: 'Share', isNumber: true },
        { label: '95% interval, %', isNumber: true },
      ],
      rows: rows.map(({ name, n, hits, share }) => [name, n, hits, percent(share[0]), interval(share)]),
    },
  });
}
