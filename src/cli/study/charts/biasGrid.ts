/** Which languages the unsteered model answers in: a row for each style and kind of task, a column for each language. */
import { languagesSeen } from '../../../core/bias/answers.ts';
import { interval, languageLabel, percent } from '../../../core/charts/format.ts';
import type { BiasRow } from '../../../core/study/biasRows.ts';
import { biasTable } from '../../../core/study/tables.ts';
import { conditionLabel } from '../../../core/study/words.ts';
import { wilson } from '../../../core/stats/wilson.ts';
import { heatClass } from '../../report/charts/heat.ts';
import { figure } from '../../report/figure.ts';
import { html } from '../../report/html.ts';
import type { Html } from '../../report/html.ts';
import { CHART_WIDTH, label, rect } from '../../report/svg.ts';

const LEFT = 240;
const HEAD = 30;
const CELL_HEIGHT = 44;
const GAP = 2;

export function biasGrid(rows: readonly BiasRow[]): Html {
  const languages = languagesSeen(rows, []);
  const width = (CHART_WIDTH - LEFT) / Math.max(1, languages.length);
  return figure({
    id: 'bias-grid',
    title: 'Languages of the unsteered answers, by style and kind of task',
    description: rows.map((row) => `${nameOf(row)}: ${commonest(row)}`).join('; '),
    drawing: {
      size: [CHART_WIDTH, HEAD + rows.length * CELL_HEIGHT],
      body: html`${languages.map((language, j) =>
        label(LEFT + (j + 0.5) * width, HEAD - 12, languageLabel(language), 'tick', 'middle'),
      )}
      ${rows.map((row, i) => {
        const y = HEAD + i * CELL_HEIGHT;
        return html`${label(0, y + 26, nameOf(row), 'name')}
        ${languages.map((language, j) => cell(row, language, LEFT + j * width, y, width))}`;
      })}`,
    },
    note: html`In each cell the share of the answers, and its 95% Wilson interval under it. No language is named in any
    of the prompts.`,
    table: biasTable(rows),
  });
}

function cell({ counts, n }: BiasRow, language: string, x: number, y: number, width: number): Html {
  const share = wilson(counts[language] ?? 0, n);
  const middle = x + width / 2;
  return html`${rect(x, y, width - GAP, CELL_HEIGHT - GAP, `cell ${heatClass(share[0])}`)}${label(
    middle,
    y + 19,
    percent(share[0]),
    'cell-text',
    'middle',
  )}${label(middle, y + 35, interval(share), 'cell-note', 'middle')}`;
}

function nameOf(row: BiasRow): string {
  return `${conditionLabel(row)}: ${row.kind === 'all' ? 'all tasks' : row.kind}`;
}

function commonest({ counts, n }: BiasRow): string {
  return Object.entries(counts)
    .slice(0, 2)
    .map(([language, count]) => `${languageLabel(language)} ${count} of ${n}`)
    .join(', ');
}
