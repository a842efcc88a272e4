/**
 * Numbers as people read them: one spelling for the terminal, the report and the panels, so that all say the same figure
 * the same way. Pure; no markup.
 */
import { LANGUAGES, languageNamed } from '../language/languages.ts';
import type { Interval } from '../stats/wilson.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** `0.917` as `92%`. A share below a whole that would round to it says so: `>99%`. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '>99%';
  if (rounded === 0 && share > 0) return '<1%';
  return `${rounded}%`;
}

/** `[0.917, 0.646, 0.985]` as `92% [65, 99]`: the estimate and its 95% Wilson interval, in per cent. */
export function shareWithInterval([estimate, low, high]: Interval): string {
  return `${percent(estimate)} ${interval([estimate, low, high])}`;
}

/** `[65, 99]`, in per cent. */
export function interval([, low, high]: Interval): string {
  return `[${Math.round(low * 100)}, ${Math.round(high * 100)}]`;
}

/**
 * `[0.17, -0.22, 0.52]` as `+17 points [−22, +52]`: a difference of shares with its 95% interval.
 * @param template with gaps for the three
 */
export function pointsWithInterval([estimate, low, high]: Interval, template: string): string {
  const signed = (share: number): string => {
    const points = Math.round(share * 100);
    return points < 0 ? `−${-points}` : points > 0 ? `+${points}` : '0';
  };
  return fill(template, signed(estimate), signed(low), signed(high));
}

/** `49152` as `49,152`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A number with `digits` after the point; `-0.0` is written `0.0`. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** `0.021` as `+2.1%`, with a sign always. */
export function signedPercent(ratio: number): string {
  const text = fixed(ratio * 100, 1);
  return `${text.startsWith('-') ? '−' + text.slice(1) : `+${text}`}%`;
}

/** `98362432` as `98 MB` (a million bytes to the megabyte). */
export function megabytes(bytes: number): string {
  return `${whole(bytes / 1e6)} MB`;
}

/** `83000` as `1 min 23 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 9950) return `${fixed(ms / 1000, 1)} s`;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `2026-11-23T08:04:05.123Z` as `2026-11-23 08:04 UTC`. Text that is no date is returned as it is. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `1 prompt`, `12 prompts`. */
export function plural(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What an answer may be that is no language of the registry. */
export const NOT_LANGUAGES = { none: 'no code', other: 'another language', undecided: 'undecided' } as const;

/** What a key of the counts is called: `cpp` is `C++`, `none` is `no code`. */
export function languageLabel(id: string, words: Words<typeof NOT_LANGUAGES> = NOT_LANGUAGES): string {
  const language = languageNamed(id);
  if (language !== undefined) return LANGUAGES[language.id].displayName;
  return id === 'none' || id === 'other' || id === 'undecided' ? words[id] : id;
}

/** `[12, 14, 15, 16]` as `12, 14–16`. */
export function layerRanges(layers: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const layer of layers) {
    const run = runs.at(-1);
    if (run !== undefined && layer === run.last + 1) run.last = layer;
    else runs.push({ first: layer, last: layer });
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** `first:3` as `the prompt and the first 3 generated tokens`. */
export function scopeInWords(scope: string): string {
  const [, kind, count] = /^(first|decide):(\d+)$/.exec(scope) ?? [];
  const first = `the prompt and the first ${count} generated token${count === '1' ? '' : 's'}`;
  if (kind === 'first') return first;
  if (kind === 'decide') return `${first}, then taken back from the prompt`;
  return scope === 'all' ? 'the prompt and the answer' : `the ${scope}`;
}
