/**
 * Share against the share that parses, a line for each method over its strengths; what nothing beats has a ring. Draws
 * only: what is beaten was decided with the figures.
 */
import { percent } from '../../../core/charts/format.ts';
import { SHARE_TICKS, linear } from '../../../core/charts/scale.ts';
import type { Scale } from '../../../core/charts/scale.ts';
import { groupsBy } from '../../../core/study/groups.ts';
import type { Group } from '../../../core/study/groups.ts';
import type { ResultRow } from '../../../core/study/results.ts';
import { frontierTable } from '../../../core/study/tables.ts';
import { methodLabel } from '../../../core/study/words.ts';
import { figure } from '../../report/figure.ts';
import { html } from '../../report/html.ts';
import type { Html } from '../../report/html.ts';
import { CHART_WIDTH, label, line, mark, polyline, px } from '../../report/svg.ts';
import { conditionOf } from './condition.ts';

const HEIGHT = 380;
const LEFT = 52;
const RIGHT = 120;
const TOP = 16;

/** @param id unique in the page */
export function frontierPlot({ label: title, members }: Group<ResultRow>, id: string): Html {
  const x = linear([0, 1], [LEFT, CHART_WIDTH - RIGHT]);
  const y = linear([0, 1], [HEIGHT, TOP]);
  const lines = groupsBy(members, ({ method, seed }) => `${method} ${seed}`);
  return figure({
    id,
    title: `${title}: in the language against what parses`,
    description: members
      .map(
        (row) => `${methodLabel(row)}: ${percent(row.share[0])} in the language, ${percent(row.parseShare[0])} parse`,
      )
      .join('; '),
    drawing: {
      size: [CHART_WIDTH, HEIGHT + 44],
      body: html`${axes(x, y)}
      ${lines.map(({ members: points }) => {
        const ordered = points.toSorted((a, b) => a.strength - b.strength);
        return html`${
          ordered.length > 1 &&
          polyline(
            ordered.map((row) => [x(row.share[0]), y(row.parseShare[0])] as const),
            'series tie',
          )
        }${ordered.map((row) => point(row, x, y))}`;
      })}`,
    },
    note: html`Up and to the right is better. The points of a method at several strengths are joined; a ring marks what
    no other point beats in share, in what parses and in perplexity together, so that it may lie inside of the others
    here.`,
    table: frontierTable(members, title),
  });
}

function point(row: ResultRow, x: Scale, y: Scale): Html {
  const [cx, cy] = [x(row.share[0]), y(row.parseShare[0])];
  return html`${row.isBestOfAll && html`<circle cx="${px(cx)}" cy="${px(cy)}" r="9" class="ring" />`}${mark(
    conditionOf(row.method),
    cx,
    cy,
    5,
  )}${label(cx + 12, cy + 4, methodLabel(row), 'cell-note')}`;
}

function axes(x: Scale, y: Scale): Html {
  return html`${SHARE_TICKS.map(
    (share) =>
      html`${line([x(share), TOP], [x(share), HEIGHT], share === 0 ? 'axis' : 'grid')}${line(
        [x(0), y(share)],
        [x(1), y(share)],
        share === 0 ? 'axis' : 'grid',
      )}${label(x(share), HEIGHT + 18, `${share * 100}%`, 'tick', 'middle')}${label(LEFT - 8, y(share) + 4, `${share * 100}%`, 'tick', 'end')}`,
  )}
  ${label((x(0) + x(1)) / 2, HEIGHT + 38, 'in the language (upwards: parses)', 'tick', 'middle')}`;
}
