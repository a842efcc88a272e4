/** The page of the wrong-language study. Pure, so that the page can be made again from the kept completions. */
import { LANGUAGES, type AnswerLanguage } from '../../src/core/language/languages.ts';
import { mcnemar } from '../../src/core/stats/mcnemar.ts';
import { wilson } from '../../src/core/stats/wilson.ts';
import type { Surface } from '../../src/core/steering/choice.ts';
import { PLACE_LANGUAGES, SURROUNDINGS, type PlaceLanguage, type Surroundings } from './placesData.ts';

/**
 * `off`: as the editor completes with steering off. `answer`: every place asked as a chat, unsteered. `auto`: automatic
 * steering to the file's language. `named`: asked as a chat with "Use C++." behind the request.
 */
export type Way = 'off' | 'answer' | 'auto' | 'named';

export interface Completed {
  readonly id: string;
  readonly own: PlaceLanguage;
  readonly surroundings: Surroundings;
  readonly way: Way;
  readonly surface: Surface;
  /** What would be shown. */
  readonly text: string;
  readonly language: AnswerLanguage;
  readonly isValid: boolean;
}

export interface AboutPlaces {
  readonly date: string;
  readonly machine: string;
  readonly command: string;
  readonly maxTokens: number;
  readonly directions: readonly string[];
}

const WORDS: Readonly<Record<Way, string>> = {
  off: 'steering off (raw in a body, else asked as a chat)',
  answer: 'every place asked as a chat, unsteered',
  auto: '**automatic steering**',
  named: 'asked as a chat, with the language named',
};

export function placesPage(about: AboutPlaces, all: readonly Completed[]): string {
  const ways = [...new Set(all.map(({ way }) => way))];
  const n = all.filter(({ way }) => way === ways[0]).length;
  return [
    '# Completions in the wrong language',
    '',
    `${about.date}. ${about.machine} Command: \`${about.command}\`. Default model, fast precision, greedy, ${about.maxTokens} tokens. ${n} places that ask`,
    'for code by a comment, in files of four languages; none of the requests was used to fit or tune anything. A completion is wrong',
    'where guesslang finds another language than the file’s in the text that would be shown, or cannot tell (*undecided*), or',
    'where there is nothing to show (*none*). *Valid*: right, and two real lines without a parse error after the cut.',
    `Directions: ${about.directions.join(', ')}.`,
    '',
    '| | wrong | 95% interval | Python | another | undecided | none | valid | 95% interval |',
    '|---|---|---|---|---|---|---|---|---|',
    ...ways.map((way) => `| ${WORDS[way]} | ${rates(all.filter((one) => one.way === way))} |`),
    '',
    '## By language and by surroundings: wrong of all',
    '',
    `| | ${[...PLACE_LANGUAGES.map((id) => LANGUAGES[id].displayName), ...SURROUNDINGS].join(' | ')} |`,
    `|---${'|---'.repeat(PLACE_LANGUAGES.length + SURROUNDINGS.length)}|`,
    ...ways.map((way) => {
      const own = all.filter((one) => one.way === way);
      const groups = [
        ...PLACE_LANGUAGES.map((id) => own.filter((one) => one.own === id)),
        ...SURROUNDINGS.map((kind) => own.filter(({ surroundings }) => surroundings === kind)),
      ];
      return `| ${WORDS[way]} | ${groups.map((group) => `${group.filter(isWrong).length} of ${group.length}`).join(' | ')} |`;
    }),
    '',
    '## Automatic steering against the others, place by place',
    '',
    '| against | only steering is right | only the other is right | p (exact McNemar) |',
    '|---|---|---|---|',
    ...ways.filter((way) => way !== 'auto').map((way) => pairRow(all, way)),
    '',
  ].join('\n');
}

const isWrong = ({ language, own }: Completed): boolean => language !== own;

function rates(own: readonly Completed[]): string {
  const n = own.length;
  const wrong = own.filter(isWrong);
  const valid = own.filter((one) => one.isValid).length;
  const among = (names: readonly string[]) => wrong.filter(({ language }) => names.includes(language)).length;
  const [python, undecided, none] = [among(['python']), among(['undecided']), among(['none'])];
  const interval = (count: number) =>
    wilson(count, n)
      .slice(1)
      .map((p) => p.toFixed(2))
      .join(' to ');
  const another = wrong.length - python - undecided - none;
  const cells = [
    `${wrong.length} of ${n}`,
    interval(wrong.length),
    python,
    another,
    undecided,
    none,
    valid,
    interval(valid),
  ];
  return cells.join(' | ');
}

function pairRow(all: readonly Completed[], way: Way): string {
  const right = (which: Way) => all.filter((one) => one.way === which).map((one) => !isWrong(one));
  // Every way completes the same places in the same order.
  const { onlyFirst, onlySecond, p } = mcnemar(right('auto'), right(way));
  return `| ${WORDS[way]} | ${onlyFirst} | ${onlySecond} | ${p.toPrecision(2)} |`;
}
