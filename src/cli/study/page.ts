/** The results of a study as one HTML document, in the frame of the report. Lays out; the figures are computed already. */
import { languageLabel, moment } from '../../core/charts/format.ts';
import { byCondition, groupsBy, isAsFitted, sweeps } from '../../core/study/groups.ts';
import type { Group } from '../../core/study/groups.ts';
import type { ResultRow, StudyResults } from '../../core/study/results.ts';
import * as tables from '../../core/study/tables.ts';
import { conditionLabel } from '../../core/study/words.ts';
import { contents, documentText } from '../report/document.ts';
import { dataTable } from '../report/figure.ts';
import { html } from '../report/html.ts';
import type { Content, Html } from '../report/html.ts';
import { facts } from '../report/sections/section.ts';
import type { Section } from '../report/sections/section.ts';
import { biasGrid } from './charts/biasGrid.ts';
import { frontierPlot } from './charts/frontierPlot.ts';
import { methodBars } from './charts/methodBars.ts';
import { factsOf, notes } from './words.ts';

/** The whole document as text. */
export function studyPage(results: StudyResults): string {
  const { study, software } = results;
  const sections = sectionsOf(results);
  const title = study.title ?? study.name;
  return documentText({ title, software, header: header(title, results, sections), sections });
}

function header(title: string, results: StudyResults, sections: readonly Section[]): Html {
  const { model, madeAt, cells, missing } = results;
  return html`<header class="page">
    <p class="kicker">
      <strong>Steerscope</strong>
      <span>${model.name} · ${model.precision} · <time datetime="${madeAt}">${moment(madeAt)}</time></span>
    </p>
    <h1>${title}</h1>
    ${
      missing.length > 0 &&
      html`<p class="lede">Not complete: ${cells.length} of ${cells.length + missing.length} cells are measured.</p>`
    }
    ${contents(sections)}
  </header>`;
}

function sectionsOf(results: StudyResults): Section[] {
  const { rows, pooled, pairs, bias, artefacts } = results;
  const plotted = sweeps(rows, (row) => `${languageLabel(row.target)}, ${conditionLabel(row)}`);
  const sections: (Section | false)[] = [
    rows.length > 0 && { id: 'methods', heading: 'The methods, language by language', body: methodFigures(rows) },
    pooled.length > 0 && {
      id: 'pooled',
      heading: 'All languages together',
      body: wide(dataTable(tables.pooledTable(pooled))),
    },
    pairs.length > 0 && { id: 'pairs', heading: 'Method against method', body: pairTables(results) },
    plotted.length > 0 && {
      id: 'frontier',
      heading: 'Share against quality',
      body: html`${plotted.map((group, i) => frontierPlot(group, `frontier-${letters(i)}`))}`,
    },
    hasSeveralStyles(rows) && { id: 'styles', heading: 'Style by style', body: styleFigure(rows) },
    bias.length > 0 && { id: 'bias', heading: 'Which language it chooses by itself', body: biasGrid(bias) },
    artefacts.length > 0 && {
      id: 'fits',
      heading: 'What was fitted',
      body: wide(dataTable(tables.artefactsTable(artefacts))),
    },
    { id: 'method', heading: 'How it was measured', body: method(results) },
  ];
  return sections.filter((section) => section !== false);
}

function wide(content: Content): Html {
  return html`<div class="wide">${content}</div>`;
}

/** A picture for each style and opening, and its whole table under it. */
function methodFigures(rows: readonly ResultRow[]): Html {
  return html`${byCondition(rows).map(({ label, members }, i) =>
    methodBars({
      id: `by-language-${letters(i)}`,
      title: `Answers in the language, and valid ones (style: ${label})`,
      groups: groupsBy(members, ({ target }) => languageLabel(target)),
      note: html`The pale bar is the share of answers in the language, the full one the share of valid ones.`,
      table: tables.rowsTable(members, `Style: ${label}`),
    }),
  )}`;
}

function hasSeveralStyles(rows: readonly ResultRow[]): boolean {
  return byCondition(rows).length > 1;
}

/** The languages that were measured in more than one style, each method as it was fitted. */
function styleFigure(rows: readonly ResultRow[]): Html {
  const fitted = rows.filter(isAsFitted);
  const inSeveral = new Set(
    groupsBy(fitted, ({ target }) => target)
      .filter(({ members }) => byCondition(members).length > 1)
      .map(({ label }) => label),
  );
  const compared = fitted.filter(({ target }) => inSeveral.has(target));
  const groups: Group<ResultRow>[] = groupsBy(compared, ({ target }) => target).flatMap(({ label, members }) =>
    byCondition(members).map((one) => ({ ...one, label: `${languageLabel(label)}: ${one.label}` })),
  );
  const ordered = groups.flatMap(({ members }) => members);
  return methodBars({
    id: 'by-style',
    title: 'The same tasks put in different styles',
    groups,
    note: html`The same tasks in each group; a comment begins with the mark <code>//</code>, which most languages have
      and Python has not, so that style is a hint by itself.`,
    table: tables.styleTable(ordered),
  });
}

function pairTables({ pairs }: StudyResults): Html {
  return html`<p>
      Each method against its rival on the same prompts: on how many only the one succeeded, and on how many only the
      other. p is McNemar’s exact two-sided one.
    </p>
    ${wide(
      dataTable(
        tables.pairsTable(
          pairs.filter(({ target }) => target === null),
          'All languages together',
        ),
      ),
    )}
    <details class="wide">
      <summary>Language by language</summary>
      ${dataTable(
        tables.pairsTable(
          pairs.filter(({ target }) => target !== null),
          'Language by language',
        ),
      )}
    </details>`;
}

function method(results: StudyResults): Html {
  return html`${facts(factsOf(results))}
    <ul class="doubts">
      ${notes(results).map((note) => html`<li>${note}</li>`)}
    </ul>`;
}

/** `a`, `b`, `ba`: ids have no digits. */
function letters(index: number): string {
  return [...index.toString(26)].map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join('');
}
