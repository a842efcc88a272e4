/** The page of the wrong-language study. Pure, so that the page can be made again from the kept completions. */
import { LANGUAGES, type AnswerLanguage } from '../../src/core/language/languages.ts';
import { mcnemar } from '../../src/core/stats/mcnemar.ts';
import { wilson } from '../../src/core/stats/wilson.ts';
import type { Surface } from '../../src/core/steering/choice.ts';
import type { PlaceLanguage } from './placeFrames.ts';
import type { PlaceKind } from './placesData.ts';

export interface Completed {
  readonly id: string;
  readonly own: PlaceLanguage;
  readonly kind: PlaceKind;
  readonly way: string;
  readonly maxTokens: number;
  /** How it was asked, and what steered it. */
  readonly surface: Surface;
  readonly steered: readonly string[];
  /** What would be shown. */
  readonly text: string;
  /** The judge's word on that text alone. */
  readonly language: AnswerLanguage;
  /** Whether the file stands with the text in it, by the grammar of its language. */
  readonly parses: boolean;
}

export interface AboutPlaces {
  readonly machine: string;
  readonly command: string;
  readonly directions: readonly string[];
  /** Which tasks the places ask for, a sentence. */
  readonly tasks: string;
}

const WORDS: Readonly<Record<string, string>> = {
  plain: 'plain: the text before the cursor continued, no place looked for',
  off: 'off: as the editor completes with steering off',
  auto: '**auto: as the editor completes by itself**',
  named: 'named: asked as a chat, "Use C++." behind the request',
  bodies: 'bodies: auto, but documented bodies go on as raw text where a raw direction leads to the language',
  both: 'both: auto, with the language named in answers that are steered',
  candidates: 'candidates: auto, with directions that do not ship',
};

export function placesPage(about: AboutPlaces, title: string, all: readonly Completed[]): string {
  const groups = groupsOf(all);
  return [
    `# ${title}`,
    '',
    `${about.machine} Command: \`${about.command}\`. Default model, fast precision, greedy. Places in files of several languages, completed as the`,
    'editor does it (the same place, choice, plan and tidying). *Wrong*: guesslang, asked about the text that would be shown and nothing',
    'else, names another language than the file’s. *Undecided*: it cannot tell, which for a line or two is usual. *Nothing*: there was',
    'nothing to show. *Right* is what is left. *Parses*: the file stands with the text in it, by the grammar of the file’s language, after',
    'the unfinished end is cut off. In brackets 95% intervals (Wilson). Pairs are compared by McNemar’s exact test.',
    `${about.tasks} Directions: ${about.directions.join(', ')}.`,
    '',
    ...groups.flatMap((group) => sectionOf(group)),
  ].join('\n');
}

interface Group {
  readonly title: string;
  readonly what: string;
  readonly all: readonly Completed[];
}

/** Places that ask, in files of languages that automatic steering leads to and of others; and the controls. */
function groupsOf(all: readonly Completed[]): readonly Group[] {
  const led = new Set(
    all
      .filter(({ way, steered, surface }) => way === 'auto' && steered.length > 0 && surface === 'answer')
      .map(({ own }) => own),
  );
  const asking = all.filter(({ kind, own }) => kind !== 'middle' && own !== 'python');
  const groups = [
    {
      title: 'Places that ask, in files of languages with a direction for answers',
      what: 'A direction steers the answer of a chat, also in documented bodies.',
      all: asking.filter(({ own }) => led.has(own)),
    },
    {
      title: 'The same in files of languages without one',
      what: 'No direction leads there. Automatic mode asks for the language in words, and says so; the completion is that of *named*.',
      all: asking.filter(({ own }) => !led.has(own)),
    },
    {
      title: 'Control: places that ask, in Python files',
      what: 'The language that the model falls into by itself; no direction for answers leads there either.',
      all: all.filter(({ kind, own }) => kind !== 'middle' && own === 'python'),
    },
    {
      title: 'Control: the middle of a file',
      what: 'Ordinary code with a hole in it and nothing that asks, continued as raw text.',
      all: all.filter(({ kind }) => kind === 'middle'),
    },
  ];
  return groups.filter((group) => group.all.length > 0);
}

function sectionOf({ title, what, all }: Group): string[] {
  const lengths = distinct(all.map(({ maxTokens }) => maxTokens)).sort((a, b) => b - a);
  return [
    `## ${title}`,
    '',
    what,
    '',
    ...lengths.flatMap((length) =>
      tables(
        all.filter(({ maxTokens }) => maxTokens === length),
        length,
      ),
    ),
  ];
}

function tables(all: readonly Completed[], length: number): string[] {
  const ways = distinct(all.map(({ way }) => way));
  const of = (way: string): readonly Completed[] => all.filter((one) => one.way === way);
  const places = of(ways[0]);
  const splits = [
    ...distinct(places.map(({ own }) => own)).map(
      (own) => [LANGUAGES[own].displayName, (one: Completed) => one.own === own] as const,
    ),
    ...distinct(places.map(({ kind }) => kind)).map((kind) => [kind, (one: Completed) => one.kind === kind] as const),
    ...surfaces(of('off')),
  ];
  return [
    `### ${length} tokens, ${places.length} places`,
    '',
    '| | wrong | undecided | nothing | right | parses | right and parses |',
    '|---|---|---|---|---|---|---|',
    ...ways.map((way) => `| ${words(way)} | ${counts(of(way)).join(' | ')} |`),
    '',
    'Wrong, by the language of the file, by the kind of the place, and by the surface that it has with steering off:',
    '',
    `| | ${splits.map(([name]) => name).join(' | ')} |`,
    `|---|${splits.map(() => '---|').join('')}`,
    ...ways.map((way) => `| ${way} | ${splits.map(([, isIn]) => wrongOf(of(way).filter(isIn))).join(' | ')} |`),
    '',
    ...mended(ways, of),
    ...pairs(ways, of),
  ];
}

/** What automatic steering does where completions are known to be wrong without it. */
function mended(ways: readonly string[], of: (way: string) => readonly Completed[]): string[] {
  if (!ways.includes('auto') || !ways.includes('off')) return [];
  const wrong = new Set(
    of('off')
      .filter(isWrong)
      .map(({ id }) => id),
  );
  if (wrong.size === 0) return [];
  const steered = of('auto').filter(({ id }) => wrong.has(id));
  const [stillWrong, undecided, right] = [isWrong, isUndecided, isRight].map((is) => share(steered, is));
  return [
    `Of the ${wrong.size} places that are wrong with *off*, *auto* is wrong at ${stillWrong}, undecided at ${undecided}, right at ${right}.`,
    '',
  ];
}

/** The surface is a property of the place: that which it has with steering off. */
function surfaces(off: readonly Completed[]): (readonly [string, (one: Completed) => boolean])[] {
  return distinct(off.map(({ surface }) => surface)).map((surface) => {
    const ids = new Set(off.filter((one) => one.surface === surface).map(({ id }) => id));
    return [surface, ({ id }: Completed) => ids.has(id)] as const;
  });
}

/** Automatic steering against each of the others, place by place. Every way completes the same places in the same order. */
function pairs(ways: readonly string[], of: (way: string) => readonly Completed[]): string[] {
  const others = ways.filter((way) => !way.startsWith('auto'));
  if (!ways.includes('auto') || others.length === 0) return [];
  const row = (other: string, is: (one: Completed) => boolean): string => {
    const { onlyFirst, onlySecond, p } = mcnemar(of('auto').map(is), of(other).map(is));
    return `${onlyFirst} | ${onlySecond} | ${p.toPrecision(2)}`;
  };
  return [
    `| auto against | ${['wrong', 'right', 'parses'].map((what) => `${what} only with auto | only without | p`).join(' | ')} |`,
    `|---|${'---|'.repeat(9)}`,
    ...others.map((other) => {
      const cells = [isWrong, isRight, ({ parses }: Completed) => parses].map((is) => row(other, is));
      return `| ${other} | ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

function counts(all: readonly Completed[]): string[] {
  return [
    share(all, isWrong),
    share(all, isUndecided),
    String(all.filter(({ language }) => language === 'none').length),
    share(all, isRight),
    share(all, ({ parses }) => parses),
    share(all, (one) => isRight(one) && one.parses),
  ];
}

function share(all: readonly Completed[], is: (one: Completed) => boolean): string {
  const count = all.filter(is).length;
  const [, lo, hi] = wilson(count, all.length);
  return `${count} [${lo.toFixed(2)}, ${hi.toFixed(2)}]`;
}

function isRight({ language, own }: Completed): boolean {
  return language === own;
}

function isUndecided({ language }: Completed): boolean {
  return language === 'undecided';
}

export function isWrong({ language, own }: Completed): boolean {
  return language !== own && language !== 'undecided' && language !== 'none';
}

function wrongOf(all: readonly Completed[]): string {
  return `${all.filter(isWrong).length} of ${all.length}`;
}

function words(way: string): string {
  return WORDS[way] ?? way;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
