/** The figures of a study as tables, the same for Markdown and for the page. Pure. */
import { duration, fixed, languageLabel, layerRanges, shareWithInterval } from '../charts/format.ts';
import { languagesSeen } from '../bias/answers.ts';
import type { Table } from '../charts/table.ts';
import { wilson } from '../stats/wilson.ts';
import type { BiasRow } from './biasRows.ts';
import type { Comparison } from './pairs.ts';
import type { PooledRow } from './pooled.ts';
import type { ArtefactFacts, ResultRow } from './results.ts';
import { MEASURE_WORDS, conditionLabel, methodLabel, targetLabel } from './words.ts';

type Column = Table['columns'][number];

const text = (label: string): Column => ({ label });
const number = (label: string): Column => ({ label, isNumber: true });

/** What was not measured. */
const NOTHING = '–';

export function biasTable(rows: readonly BiasRow[]): Table {
  const languages = languagesSeen(rows, []);
  return {
    caption: 'Languages of the unsteered answers, with 95% intervals in %',
    columns: [
      text('Style'),
      text('Tasks'),
      number('Answers'),
      number('With code'),
      ...languages.map((language) => number(languageLabel(language))),
    ],
    rows: rows.map((row) => [
      conditionLabel(row),
      row.kind,
      row.n,
      row.withCode,
      ...languages.map((language) => counted(row.counts[language] ?? 0, row.n)),
    ]),
  };
}

export function pooledTable(rows: readonly PooledRow[]): Table {
  return {
    caption: 'Methods over all their languages, with 95% intervals in %',
    columns: [
      text('Style'),
      text('Method'),
      text('Languages'),
      number('In the language'),
      number('Valid'),
      number('Compiles'),
      ...qualityColumns,
      number('Asking: valid'),
      text('Each at least 90% of asking'),
    ],
    rows: rows.map((row) => [
      conditionLabel(row),
      methodLabel(row),
      row.targets.map((target) => languageLabel(target)).join(', '),
      counted(row.onTarget, row.n),
      counted(row.valid, row.n),
      orNothing(row.syntax, String),
      ...qualityCells(row),
      row.asked === null ? NOTHING : `${row.asked.valid} of ${row.asked.n}`,
      behindInWords(row),
    ]),
  };
}

function behindInWords({ behindAsking }: PooledRow): string {
  if (behindAsking === null) return NOTHING;
  return behindAsking.length === 0 ? 'yes' : `no: ${behindAsking.map((target) => languageLabel(target)).join(', ')}`;
}

export function rowsTable(rows: readonly ResultRow[], caption: string): Table {
  return {
    caption,
    columns: [
      text('Language'),
      text('Method'),
      number('Answers'),
      number('With code'),
      number('In the language'),
      number('Valid'),
      number('Compiles'),
      ...qualityColumns,
      number('Dose'),
      number('Tokens/s'),
      number('Already there: kept'),
    ],
    rows: rows.map((row) => [
      languageLabel(row.target),
      methodLabel(row),
      row.n,
      row.withCode,
      counted(row.onTarget, row.n),
      counted(row.valid, row.n),
      orNothing(row.syntax, String),
      ...qualityCells(row),
      orNothing(row.dose, (dose) => fixed(dose, 2)),
      fixed(row.tokensPerSecond, 0),
      row.stability === null ? NOTHING : `${row.stability.kept} of ${row.stability.already}`,
    ]),
  };
}

/** The same languages in different styles. */
export function styleTable(rows: readonly ResultRow[]): Table {
  return {
    caption: 'By language and style, with 95% intervals in %',
    columns: [text('Language'), text('Style'), text('Method'), number('In the language'), number('Valid')],
    rows: rows.map((row) => [
      languageLabel(row.target),
      conditionLabel(row),
      methodLabel(row),
      counted(row.onTarget, row.n),
      counted(row.valid, row.n),
    ]),
  };
}

export function pairsTable(pairs: readonly Comparison[], caption: string): Table {
  return {
    caption,
    columns: [
      text('Style'),
      text('Method'),
      text('Against'),
      text('Language'),
      text('Measure'),
      number('Prompts'),
      number('Only the method'),
      number('Only its rival'),
      number('p'),
    ],
    rows: pairs.map((pair) => [
      conditionLabel(pair),
      methodLabel(pair),
      methodLabel({ method: pair.rival, strength: 1, seed: 0 }),
      targetLabel(pair.target),
      MEASURE_WORDS[pair.measure],
      pair.n,
      pair.onlyFirst,
      pair.onlySecond,
      pInWords(pair.p),
    ]),
  };
}

export function frontierTable(rows: readonly ResultRow[], caption: string): Table {
  return {
    caption,
    columns: [
      text('Method'),
      number('Dose'),
      number('In the language'),
      number('Parses'),
      number('Valid'),
      number('Perplexity, of asking’s'),
      text('Beaten by no strength of its own'),
      text('Beaten by nothing'),
    ],
    rows: rows.map((row) => [
      methodLabel(row),
      orNothing(row.dose, (dose) => fixed(dose, 2)),
      shareWithInterval(row.share),
      shareWithInterval(row.parseShare),
      shareWithInterval(row.validShare),
      orNothing(row.perplexityRatio, (ratio) => fixed(ratio, 2)),
      row.isBestOfMethod ? 'yes' : '',
      row.isBestOfAll ? 'yes' : '',
    ]),
  };
}

export function artefactsTable(artefacts: readonly ArtefactFacts[]): Table {
  return {
    caption: 'What was fitted, all of it on the fit split',
    columns: [
      text('Artefact'),
      text('Layers'),
      number('Strength'),
      text('Scope'),
      number('Seed'),
      number('Fitting took'),
    ],
    rows: artefacts.map(({ name, layers, strength, scope, seed, fitSeconds }) => [
      name,
      layerRanges(layers),
      fixed(strength, 3),
      scope,
      seed,
      orNothing(fitSeconds, (seconds) => duration(seconds * 1000)),
    ]),
  };
}

const qualityColumns: readonly Column[] = [
  number('Perplexity'),
  number('of asking’s'),
  number('Distinct-3'),
  number('Relevance, of asking’s'),
];

function qualityCells(
  row: Pick<PooledRow, 'perplexity' | 'perplexityRatio' | 'distinct3' | 'relevanceRatio'>,
): string[] {
  return [
    orNothing(row.perplexity, (value) => fixed(value, 2)),
    orNothing(row.perplexityRatio, (ratio) => fixed(ratio, 2)),
    orNothing(row.distinct3, (value) => fixed(value, 2)),
    orNothing(row.relevanceRatio, (ratio) => fixed(ratio, 2)),
  ];
}

/** `30 of 84: 36% [26, 46]`. */
function counted(count: number, n: number): string {
  return n === 0 ? NOTHING : `${count} of ${n}: ${shareWithInterval(wilson(count, n))}`;
}

function orNothing<T>(value: T | null, spelled: (value: T) => string): string {
  return value === null ? NOTHING : spelled(value);
}

export function pInWords(p: number): string {
  return p < 0.001 ? '<0.001' : fixed(p, 3);
}
