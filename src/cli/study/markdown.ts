/** The results of a study as Markdown: the same tables as the page, for a repository or a terminal. */
import { languageLabel, moment } from '../../core/charts/format.ts';
import type { Table } from '../../core/charts/table.ts';
import { byCondition, sweeps } from '../../core/study/groups.ts';
import type { StudyResults } from '../../core/study/results.ts';
import * as tables from '../../core/study/tables.ts';
import { conditionLabel } from '../../core/study/words.ts';
import { oneLine } from '../plainText.ts';
import { factsOf, notes } from './words.ts';

export function studyMarkdown(results: StudyResults): string {
  const { study, bias, pooled, rows, pairs, artefacts } = results;
  const facts = factsOf(results).map(([name, value]) => `- ${inline(name)}: ${inline(value)}`);
  const sweepLabel = (row: (typeof rows)[number]): string => `${languageLabel(row.target)}, ${conditionLabel(row)}`;
  return [
    `# ${inline(study.title ?? study.name)}`,
    ...[`Made ${moment(results.madeAt)}.`, facts.join('\n')],
    ...part('Methods over all languages', [tables.pooledTable(pooled)]),
    ...part(
      'Methods by language',
      byCondition(rows).map(({ label, members }) => tables.rowsTable(members, `Style: ${label}`)),
    ),
    ...part('Method against method, on the same prompts', [
      tables.pairsTable(
        pairs.filter(({ target }) => target === null),
        'All languages together (McNemar, exact, two-sided)',
      ),
      tables.pairsTable(
        pairs.filter(({ target }) => target !== null),
        'Language by language (McNemar, exact, two-sided)',
      ),
    ]),
    ...part(
      'Share against quality, over strengths',
      sweeps(rows, sweepLabel).map(({ label, members }) => tables.frontierTable(members, label)),
    ),
    ...part('The bias of the model', [tables.biasTable(bias)]),
    ...part('What was fitted', [tables.artefactsTable(artefacts)]),
    '## How it was measured',
    notes(results)
      .map((note) => `- ${inline(note)}`)
      .join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** A heading with its tables; nothing where all of them are empty. */
function part(heading: string, list: readonly Table[]): string[] {
  const filled = list.filter(({ rows }) => rows.length > 0);
  return filled.length === 0 ? [] : [`## ${heading}`, ...filled.flatMap(tableText)];
}

function tableText({ caption, columns, rows }: Table): string[] {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => inline(String(cell))).join(' | ')} |`;
  const rule = columns.map(({ isNumber }) => (isNumber === true ? '---:' : '---'));
  return [
    `${inline(caption)}:`,
    [line(columns.map(({ label }) => label)), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n'),
  ];
}

/** Text that stays text: no markup of Markdown or HTML comes of a name, and no row ends early. */
function inline(text: string): string {
  return oneLine(text).replace(/[\\`*_|<>&[\]#~]/g, (mark) => `\\${mark}`);
}
