/** The page of the directions on both surfaces: its rows as tables. Pure, so that it can be made again from the kept rows. */
import { LANGUAGE_IDS, LANGUAGES, type LanguageId } from '../../src/core/language/languages.ts';
import { ranges } from '../../src/cli/table.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';
import type { Surface } from '../../src/core/steering/choice.ts';
import type { About } from './steeringPage.ts';

export type Way = 'unsteered' | 'asked' | 'steered';

export interface Row {
  readonly name: string;
  readonly surface: Surface;
  readonly target: LanguageId;
  readonly way: Way;
  readonly n: number;
  readonly share: Interval;
  readonly valid: Interval;
  /** Texts by what the judge said of them. */
  readonly counts: Readonly<Record<string, number>>;
  readonly date: string;
  /** Of a steered row. */
  readonly direction?: {
    readonly layers: readonly number[];
    readonly strength: number;
    readonly scope: string;
    readonly ships: boolean;
  };
}

const WAYS: readonly Way[] = ['unsteered', 'asked', 'steered'];

export function sameRow(a: Row, b: Row): boolean {
  return a.name === b.name && a.way === b.way;
}

export function directionsPage(about: About, all: readonly Row[]): string {
  return [
    '# Directions on raw text and on answers',
    '',
    `${about.machine} Command: \`${about.command}\`. Default model, fast precision, held-out tasks that name no`,
    'language, greedy, repetition penalty 1.1, 96 tokens. The language is by guesslang; *valid* adds a clean parse after the cut,',
    'two real lines and distinct-3 of at least 0.7. In brackets 95% intervals. Layers, strengths and scopes were chosen on other',
    'tasks, by keywords and parsers. *Asked* is the same prompt with "Use LANGUAGE." after it.',
    '',
    ...section(all, 'raw', 'Raw text', 'A file that holds one line of comment with the task is continued as it is.'),
    ...section(
      all,
      'answer',
      'Answers',
      'The task is asked in a chat, and the answer opened neutrally. Those to C++, Java, JavaScript and Rust are in steering.md.',
    ),
  ].join('\n');
}

function section(all: readonly Row[], surface: Surface, title: string, what: string): string[] {
  const rows = all.filter((row) => row.surface === surface);
  if (rows.length === 0) return [];
  const inOrder = LANGUAGE_IDS.flatMap((target) =>
    WAYS.flatMap((way) => rows.filter((row) => row.target === target && row.way === way)),
  );
  return [
    `## ${title}`,
    '',
    what,
    '',
    '| language | condition | in the language | valid | all verdicts | measured |',
    '|---|---|---|---|---|---|',
    ...inOrder.map(tableRow),
    '',
  ];
}

function tableRow(row: Row): string {
  const share = ([p, lo, hi]: Interval) => `${Math.round(p * row.n)} of ${row.n} [${lo.toFixed(2)}, ${hi.toFixed(2)}]`;
  const verdicts = Object.entries(row.counts).sort(([, a], [, b]) => b - a);
  const cells = [
    LANGUAGES[row.target].displayName,
    condition(row),
    share(row.share),
    share(row.valid),
    verdicts.map(([language, count]) => `${language} ${count}`).join(', '),
    row.date,
  ];
  return `| ${cells.join(' | ')} |`;
}

function condition({ way, direction }: Row): string {
  if (direction === undefined) return way;
  const { layers, strength, scope, ships } = direction;
  const place = `layers ${ranges(layers)}, strength ${strength}, ${scope}`;
  return `steered (${place}${ships ? '' : '; does not ship'})`;
}
