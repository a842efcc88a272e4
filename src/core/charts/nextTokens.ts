/** Next-token probabilities of runs side by side: the bars, the picture in words, and the table. Pure. */
import { fixed } from './format.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** The runs that are compared, in the order in which they are drawn. */
export const RUN_IDS = ['original', 'changed', 'source'] as const;
export type RunId = (typeof RUN_IDS)[number];

interface Odds {
  readonly logit: number;
  readonly probability: number;
}

/** A next token, with its odds in each run that there is. */
export interface ComparedToken {
  readonly id: number;
  readonly original: Odds;
  readonly changed: Odds;
  readonly source?: Odds;
}

export interface NextTokensChart {
  readonly runs: readonly { readonly id: RunId; readonly name: string }[];
  /** The token, and its probability in each of the runs. */
  readonly tokens: readonly { readonly label: string; readonly probabilities: readonly number[] }[];
  readonly summary: string;
  readonly table: Table;
}

export const NEXT_TOKENS_WORDS = {
  original: 'original run',
  changed: 'changed run',
  source: 'source run',
  summary: 'Bars of the probability of {0} next tokens in {1} runs. Likeliest before the change: {2}; after it: {3}.',
  caption: 'Next tokens: probability and logit in each run',
  token: 'token',
  probability: 'p, {0}',
  logit: 'logit, {0}',
} as const;

/** A token in quotes, in the vocabulary's own spelling; its number where the spelling is not known. */
export function tokenLabel(id: number, pieces: Readonly<Record<string, string>>): string {
  const piece = Object.hasOwn(pieces, id) ? pieces[id] : undefined;
  return piece === undefined ? `#${id}` : `“${piece}”`;
}

export function nextTokensChart(
  next: readonly ComparedToken[],
  pieces: Readonly<Record<string, string>>,
  words: Words<typeof NEXT_TOKENS_WORDS> = NEXT_TOKENS_WORDS,
): NextTokensChart {
  const ids = RUN_IDS.filter((id) => next.every((token) => token[id] !== undefined));
  const runs = ids.map((id) => ({ id, name: words[id] }));
  const likeliest = (run: 'original' | 'changed'): string => {
    const [first] = next.toSorted((a, b) => b[run].probability - a[run].probability);
    return first === undefined ? '' : tokenLabel(first.id, pieces);
  };
  return {
    runs,
    tokens: next.map((token) => ({
      label: tokenLabel(token.id, pieces),
      probabilities: ids.map((id) => token[id]?.probability ?? 0),
    })),
    summary: fill(words.summary, next.length, runs.length, likeliest('original'), likeliest('changed')),
    table: {
      caption: words.caption,
      columns: [
        { label: words.token },
        ...runs.map(({ name }) => ({ label: fill(words.probability, name), isNumber: true })),
        ...runs.map(({ name }) => ({ label: fill(words.logit, name), isNumber: true })),
      ],
      rows: next.map((token) => [
        tokenLabel(token.id, pieces),
        ...ids.map((id) => fixed(token[id]?.probability ?? 0, 4)),
        ...ids.map((id) => fixed(token[id]?.logit ?? 0, 2)),
      ]),
    },
  };
}
