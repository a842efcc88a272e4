/**
 * Answers in the language and valid ones, method by method in groups: the pale bar is the share, the full one what is
 * valid of it. Draws only.
 */
import { interval, percent } from '../../../core/charts/format.ts';
import { linear } from '../../../core/charts/scale.ts';
import type { Scale } from '../../../core/charts/scale.ts';
import type { Table } from '../../../core/charts/table.ts';
import type { Group } from '../../../core/study/groups.ts';
import type { StudyRow } from '../../../core/study/rows.ts';
import { methodLabel } from '../../../core/study/words.ts';
import { legend } from '../../report/charts/legend.ts';
import { figure } from '../../report/figure.ts';
import { html } from '../../report/html.ts';
import type { Content, Html } from '../../report/html.ts';
import { CHART_WIDTH, label, line, mark, percentAxis, rect, whisker } from '../../report/svg.ts';
import { conditionOf } from './condition.ts';

/** What of a row is drawn. */
export type Bar = Pick<StudyRow, 'method' | 'strength' | 'seed' | 'n' | 'onTarget' | 'share' | 'valid' | 'validShare'>;

const BAR = 14;
const STEP = 22;
const GROUP_HEAD = 26;
const LEFT = 190;
const RIGHT = 110;

export interface MethodBars {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly Group<Bar>[];
  readonly note: Content;
  readonly table: Table;
}

export function methodBars({ id, title, groups, note, table }: MethodBars): Html {
  const x = linear([0, 1], [LEFT, CHART_WIDTH - RIGHT]);
  const tops = groups.reduce<number[]>(
    (all, { members }) => [...all, (all.at(-1) ?? 0) + GROUP_HEAD + members.length * STEP],
    [0],
  );
  const bottom = tops.at(-1) ?? 0;
  return figure({
    id,
    title,
    description: groups.map(({ label: name, members }) => `${name}: ${members.map(inWords).join(', ')}`).join('; '),
    legend: legend([
      { name: 'in the language', sample: rect(2, 2, 24, 12, 'band asked') },
      { name: 'valid, with its 95% interval', sample: rect(2, 2, 24, 12, 'bar asked') },
    ]),
    drawing: {
      size: [CHART_WIDTH, bottom + 26],
      body: html`${percentAxis(x, 0, bottom)}
      ${groups.map(({ label: name, members }, i) => {
        const top = tops[i] ?? 0;
        return html`${i > 0 && line([0, top], [CHART_WIDTH, top], 'grid')}${label(0, top + 18, name, 'name')}
        ${members.map((one, j) => bar(one, x, top + GROUP_HEAD + j * STEP))}`;
      })}`,
    },
    note,
    table,
  });
}

function bar(one: Bar, x: Scale, y: number): Html {
  const condition = conditionOf(one.method);
  const [middle, from] = [y + BAR / 2, x(0)];
  const [, low, high] = one.validShare;
  return html`${label(LEFT - 24, middle + 4, methodLabel(one), 'tick', 'end')}${mark(condition, LEFT - 12, middle, 3.5)}${rect(
    from,
    y,
    x(one.share[0]) - from,
    BAR,
    `band ${condition}`,
  )}${rect(from, y + 2, x(one.validShare[0]) - from, BAR - 4, `bar ${condition}`)}${whisker(x(low), x(high), middle, 'interval', 3)}${label(
    CHART_WIDTH,
    middle + 4,
    `${one.valid} of ${one.n}`,
    'tick',
    'end',
  )}`;
}

function inWords(one: Bar): string {
  return `${methodLabel(one)} ${percent(one.share[0])} in the language, ${percent(one.validShare[0])} ${interval(one.validShare)} valid`;
}
