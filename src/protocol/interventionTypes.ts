/** Interventions: a value inside of a run is changed, and the output looked at. Types, and the limits that they have. */
import type { SiteName } from '../core/graph/interventionSites.ts';
import type { ReadParams } from './textTypes.ts';

/** The whole text is run again for each token, since what was changed is not in the cache of a plain run. */
export const MOST_CONTINUED = 16;

/** What is done to a value. */
export type Change =
  /** Zero ablation. */
  | { readonly kind: 'zero' }
  /** Mean ablation: the mean of the value over all positions of the text, the first one included. */
  | { readonly kind: 'mean' }
  | { readonly kind: 'scale'; readonly factor: number }
  /** Activation patching: the value of another text, which is read as this one is. */
  | { readonly kind: 'patch'; readonly source: string };

/** A token as its id, or as a text that is one token. */
export type TokenChoice = number | string;

/** A token as a user writes it: `#281` is the token of that id, anything else a text. */
export function tokenChoice(written: string): TokenChoice {
  return /^#\d{1,7}$/.test(written) ? Number(written.slice(1)) : written;
}

interface Intervention extends ReadParams {
  /** {@link SiteName}, or the hook's name inside a block. */
  readonly hook: string;
  /** An attention head at `z`, a neuron at `post`; absent for the whole value. */
  readonly index?: number;
  readonly change: Change;
  /** Whose logit difference is measured, the first less the second; absent for those that the two runs say. */
  readonly tokens?: readonly [TokenChoice, TokenChoice];
}

export interface InterveneParams extends Intervention {
  readonly layer: number;
  /** Counted from 0; a negative one from the end. */
  readonly position: number;
  /** Of the source of a patch; the same distance from the end where absent. */
  readonly sourcePosition?: number;
  /** Likeliest next tokens that are listed of each run. */
  readonly top: number;
  /** Tokens that are continued with, at most {@link MOST_CONTINUED}; 0 for none. */
  readonly continued: number;
}

/** A next token in one run. */
export interface TokenOdds {
  readonly logit: number;
  readonly probability: number;
}

export interface NextToken {
  readonly id: number;
  readonly original: TokenOdds;
  readonly changed: TokenOdds;
  readonly source?: TokenOdds;
}

/** The logit of the first token less that of the second. */
export interface LogitDifference {
  readonly original: number;
  readonly changed: number;
  readonly source?: number;
  /** 0 where it is as in the original, 1 where it is as in the source; null where those two are the same. */
  readonly recovered?: number | null;
}

export interface Continuation {
  readonly ids: readonly number[];
  readonly text: string;
}

export interface InterveneResult {
  readonly ids: readonly number[];
  readonly sourceIds?: readonly number[];
  /** The vocabulary's text of every id that occurs in the result. */
  readonly pieces: Readonly<Record<string, string>>;
  readonly site: SiteName;
  /** The hook's whole name. */
  readonly hook: string;
  readonly layer: number;
  readonly index?: number;
  readonly position: number;
  readonly sourcePosition?: number;
  readonly change: Change;
  /** Of the changed part of the value, before and after. */
  readonly norm: { readonly original: number; readonly changed: number };
  /** The likeliest of either run, by the larger of their probabilities. */
  readonly next: readonly NextToken[];
  /** KL(changed || original) of the next-token distributions, in nats. */
  readonly kl: number;
  readonly tokens: readonly [number, number];
  readonly difference: LogitDifference;
  /** Greedy; the change stays in force. Absent where none was asked for. */
  readonly continuation?: { readonly original: Continuation; readonly changed: Continuation };
}

/** Which positions are swept: the last so many, or from one to another, both included; all where absent. */
export type SweepWindow = { readonly last: number } | { readonly from: number; readonly to: number };

/** With `patch`, each position gets the value of the source's position at the same distance from the end. */
export interface SweepParams extends Intervention {
  /** `all`, or a list such as `0,5,10-20`. */
  readonly layers: string;
  readonly window?: SweepWindow;
}

export interface SweepResult {
  readonly ids: readonly number[];
  readonly sourceIds?: readonly number[];
  readonly pieces: Readonly<Record<string, string>>;
  readonly site: SiteName;
  readonly index?: number;
  readonly change: Change;
  readonly layers: readonly number[];
  readonly positions: readonly number[];
  /** Of the source, for each position; null where the source is too short to have one. */
  readonly sourcePositions?: readonly (number | null)[];
  /** Runs of a whole text that it took. */
  readonly runs: number;
  readonly tokens: readonly [number, number];
  readonly difference: { readonly original: number; readonly source?: number };
  /** KL(changed || original) in nats, [layer][position]; null where nothing was run, or nothing finite came out. */
  readonly kl: readonly (readonly (number | null)[])[];
  /** The logit difference of the changed run, [layer][position]. */
  readonly differences: readonly (readonly (number | null)[])[];
  /** How much of the way to the source's difference it went; only with `patch`. */
  readonly recovered?: readonly (readonly (number | null)[])[];
}

/** How many runs of a whole text a sweep takes: one for each cell, and one for each text as it is. */
export function sweepRuns(layers: number, positions: number, hasSource: boolean): number {
  return layers * positions + (hasSource ? 2 : 1);
}
