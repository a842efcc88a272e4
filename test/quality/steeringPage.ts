/** The page of the steering study: its rows as tables. Pure, so that the page can be made again from the kept rows. */
import { LANGUAGES, findLanguage, type LanguageId } from '../../src/core/language/languages.ts';
import { CORE_HELD_OUT_TASKS } from '../../src/core/language/prompts/heldOutTasks.ts';
import { mcnemar } from '../../src/core/stats/mcnemar.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';

export const TARGETS: readonly LanguageId[] = ['cpp', 'rust', 'java', 'javascript'];

export interface Condition {
  /** `throughout`: steered at every token, in place of the direction's own scope. */
  readonly way: 'unsteered' | 'asked' | 'steered' | 'throughout';
  readonly target: LanguageId;
  readonly opening: 'neutral' | 'none';
}

export interface Row extends Condition {
  readonly n: number;
  /** Answers with code at all. */
  readonly withCode: number;
  readonly share: Interval;
  readonly valid: Interval;
  /** Answers in the target that the language's compiler passes; null where there is none here. */
  readonly compiles: number | null;
  readonly distinct3: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly answers: readonly { readonly id: string; readonly language: string; readonly valid: boolean }[];
}

export interface About {
  readonly machine: string;
  readonly command: string;
}

const WORDS: Readonly<Record<Condition['way'], string>> = {
  unsteered: 'unsteered',
  asked: 'asked in the prompt',
  steered: 'steered',
  throughout: 'steered at every token',
};

export function steeringPage(about: About, all: readonly Row[]): string {
  const section = (opening: Condition['opening'], title: string) => [
    `## ${title}`,
    '',
    '| condition | answers with code | in the language | 95% interval | valid | 95% interval | compiler passes | distinct-3 |',
    '|---|---|---|---|---|---|---|---|',
    ...all.filter((row) => row.opening === opening).map(tableRow),
    '',
  ];
  return [
    '# How well the shipped directions steer',
    '',
    `${about.machine} Command: \`${about.command}\`. Default model, fast precision, ${CORE_HELD_OUT_TASKS.length} held-out tasks that name no language,`,
    'greedy, repetition penalty 1.1, 96 tokens. The language is that of the body by guesslang; *valid* adds a clean parse after',
    'the cut, two real lines and distinct-3 of at least 0.7. Layers, strengths and scopes were chosen on other tasks, by keywords',
    'and parsers. guesslang itself knows 8 of 12 correct C++ snippets, 10 of 12 Java, 8 of 12 JavaScript and 12 of 12 Rust.',
    '',
    ...section('neutral', 'Answers opened neutrally'),
    ...section('none', 'Answers without an opening'),
    '## Steered against asked, prompt by prompt',
    '',
    'Valid answers on the same prompts, opened neutrally: how often only one of the two is valid, and the exact McNemar test.',
    '',
    '| language | only steered | only asked | p |',
    '|---|---|---|---|',
    ...TARGETS.map((target) => pairRow(all, target)),
    '',
  ].join('\n');
}

function tableRow(row: Row): string {
  const name = row.way === 'unsteered' ? 'unsteered' : `${WORDS[row.way]}: ${LANGUAGES[row.target].displayName}`;
  const interval = ([, lo, hi]: Interval) => `${lo.toFixed(2)} to ${hi.toFixed(2)}`;
  const count = ([p]: Interval) => Math.round(p * row.n);
  const cells = [
    name,
    row.withCode,
    `${count(row.share)} of ${row.n}`,
    interval(row.share),
    count(row.valid),
    interval(row.valid),
    row.compiles ?? '-',
    row.distinct3.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function pairRow(all: readonly Row[], target: LanguageId): string {
  const validOf = (way: Condition['way']) =>
    all
      .find((row) => row.way === way && row.target === target && row.opening === 'neutral')
      ?.answers.map(({ valid }) => valid) ?? [];
  const { onlyFirst, onlySecond, p } = mcnemar(validOf('steered'), validOf('asked'));
  return `| ${findLanguage(target).displayName} | ${onlyFirst} | ${onlySecond} | ${p.toPrecision(2)} |`;
}
