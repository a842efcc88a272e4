/** The page of the search for directions of raw text. Pure, so that it can be made again from what is kept. */
import { ranges } from '../../src/cli/table.ts';
import { LANGUAGES, type LanguageId } from '../../src/core/language/languages.ts';
import type { Candidate } from '../../src/core/methods/method.ts';
import { wilson } from '../../src/core/stats/wilson.ts';
import type { About } from './steeringPage.ts';

/** `own`: what the model goes on with by itself. `languages`: the beginnings of the other languages. */
export type Contrasted = 'own' | 'languages';

export interface Search {
  readonly target: LanguageId;
  readonly contrast: Contrasted;
  readonly date: string;
  /** Why nothing was searched. */
  readonly refused?: string;
  /** Texts that the means are of. */
  readonly texts?: { readonly positive: number; readonly negative: number };
  readonly best?: Candidate;
  /** As a fit's manifest has them: every candidate with its counts on the fit split. */
  readonly figures?: Readonly<Record<string, unknown>>;
  /** By the judge. */
  readonly heldOut?: HeldOut;
}

export interface HeldOut {
  readonly n: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly valid: number;
}

interface TriedCandidate extends Candidate {
  readonly n: number;
  readonly onTarget: number;
  readonly valid: number;
}

/** Runners-up that a reader may want to see. */
const SHOWN = 3;

export function rawSearchPage(about: About, searches: readonly Search[]): string {
  return [
    '# Directions for raw text: the search',
    '',
    `${about.machine} Command: \`${about.command}\`. Default model, fast precision. A file that holds one line of comment with a task is`,
    'continued. A direction is the mean over the first 8 tokens of code in the language, minus the same over what the model goes on with',
    'by itself (*own*), or over the first 8 tokens of code in the other languages (*languages*). 78 settings for each: layers 9, 12, 16, 20 at',
    'strengths 0.6 to 2.5, layers 6-14 and 12-20 in steps of two at 0.25 to 0.6, with the scopes first:3, first:12 and all; by successive',
    'halving on tasks of the fit split, by keywords and parsers. The best of each is measured on 40 held-out tasks by guesslang, 96 tokens.',
    'Every setting with its counts is in the JSON file.',
    '',
    '| language | against | texts | best setting | fit split: in the language, valid | next best | held out: in the language | valid | all verdicts |',
    '|---|---|---|---|---|---|---|---|---|',
    ...searches.map(row),
    '',
  ].join('\n');
}

function row({ target, contrast, refused, texts, figures, heldOut }: Search): string {
  const name = LANGUAGES[target].displayName;
  if (!texts || !heldOut || !figures) return `| ${name} | ${contrast} | ${refused ?? ''} | | | | | | |`;
  const [best, ...others] = figures.candidates as readonly TriedCandidate[];
  const count = (n: number): string => {
    const [, lo, hi] = wilson(n, heldOut.n);
    return `${n} of ${heldOut.n} [${lo.toFixed(2)}, ${hi.toFixed(2)}]`;
  };
  const verdicts = Object.entries(heldOut.counts).sort(([, a], [, b]) => b - a);
  const cells = [
    name,
    contrast,
    `${texts.positive} and ${texts.negative}`,
    setting(best),
    `${best.onTarget}, ${best.valid} of ${best.n}`,
    others
      .slice(0, SHOWN - 1)
      .map((one) => `${setting(one)}: ${one.onTarget}, ${one.valid} of ${one.n}`)
      .join('; '),
    count(heldOut.counts[target] ?? 0),
    count(heldOut.valid),
    verdicts.map(([language, n]) => `${language} ${n}`).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function setting({ layers, strength, scope }: Candidate): string {
  return `${layers.length === 1 ? 'layer' : 'layers'} ${ranges(layers)}, ${strength}, ${scope}`;
}
