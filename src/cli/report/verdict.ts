/**
 * What the numbers say, in sentences that follow from the numbers alone: the terminal and the report print the same
 * ones. A result that falls short is said to fall short. Pure.
 */
import { mcnemar } from '../../core/stats/mcnemar.ts';
import type { McNemar } from '../../core/stats/mcnemar.ts';
import type { ProbeLayer, ProbeResult, Share } from '../../protocol/engineService.ts';
import type { Condition } from '../../core/bias/answers.ts';
import type { Language, ReportData, Speed } from './data.ts';
import { fixed, percent, plural, shareWithInterval, signedPercent } from '../../core/charts/format.ts';
import { shareOf } from '../../core/bias/answers.ts';

/** What the verdicts on the answers are drawn from. */
export type Found = Pick<ReportData, 'target' | 'plain' | 'steered' | 'asked'> & {
  readonly settings: Pick<ReportData['settings'], 'request'>;
};

/** `C++ in 11 of 12 answers; without the vector in none.` */
export function headline({ target, steered, plain }: Found): string {
  const [with_, without] = [hits(steered.value, target), hits(plain.value, target)];
  const rest =
    without === with_ ? 'without the vector in as many' : `without the vector in ${without === 0 ? 'none' : without}`;
  return `${target.name} in ${with_} of ${steered.value.n} answers; ${rest}.`;
}

/** Whether the shift is more than chance, and whether it is enough. */
export function shiftVerdict({ target, steered, plain }: Found): string {
  const after = shareOf(steered.value, target.id);
  const before = shareOf(plain.value, target.id);
  const test = compare(steered.value, plain.value, target);
  const established = !isEstablished(test)
    ? `With this many prompts that may be chance (${inWords(test)}).`
    : after[0] > before[0]
      ? `That is more than chance (${inWords(test)}).`
      : `That is more than chance, but in the wrong direction (${inWords(test)}).`;
  const missing = plural(steered.value.n - hits(steered.value, target), 'answer');
  const enough =
    after[0] >= 0.8 || after[0] <= before[0]
      ? ''
      : after[0] >= 0.5
        ? ` It falls short of a reliable switch: ${missing} did not follow.`
        : ` It falls short: most answers are still not in ${target.name}.`;
  return `From ${shareWithInterval(before)} to ${shareWithInterval(after)}. ${established}${enough}`;
}

/** The plain rival of steering, said beside it. */
export function askedVerdict({ target, steered, asked, settings }: Found): string {
  const difference = hits(asked.value, target) - hits(steered.value, target);
  const order = difference === 0 ? 'as many' : difference < 0 ? 'fewer' : 'more';
  const test = compare(steered.value, asked.value, target);
  const doubt =
    difference === 0
      ? ''
      : isEstablished(test)
        ? ` The difference is more than chance (${inWords(test)}).`
        : ` The difference may be chance (${inWords(test)}).`;
  return `Asking for it in the prompt (“${settings.request}”) gives ${hits(asked.value, target)} of ${asked.value.n}: ${order}.${doubt}`;
}

/** A share alone misleads: the quality of the code falls before the share does. */
export function validVerdict({ target, steered, asked }: Found): string {
  const valid = ({ n, valid: [share] }: Condition): number => Math.round(share * n);
  const count = (condition: Condition): string => `${valid(condition)} of ${condition.n}`;
  const inLanguage = hits(steered.value, target);
  const isPoor = inLanguage > 0 && valid(steered.value) < 0.6 * inLanguage;
  const warning = isPoor ? ` So much of the steered code is ${target.name} by its looks only.` : '';
  return `In ${target.name}, without a syntax error and not in a loop: steered ${count(steered.value)}, asked ${count(asked.value)}.${warning}`;
}

/** The best layer against what the token alone tells. */
export function probeVerdict({ embedding, n }: ProbeResult, best: ProbeLayer): string {
  const gain = best.accuracy[0] - embedding.accuracy[0];
  const compared = areApart(best.accuracy, embedding.accuracy)
    ? 'the intervals do not overlap'
    : 'the intervals overlap, so the gain is not established';
  const shuffled =
    best.shuffled > best.majority + 0.15 ? ' The shuffled control is well above chance, so read this with doubt.' : '';
  return `Layer ${best.layer} tells the language of held-out code in ${shareWithInterval(best.accuracy)} of ${n} samples; the embedding, which knows one token and nothing else, in ${percent(embedding.accuracy[0])}: ${gain > 0 ? 'a gain' : 'no gain'} (${Math.round(gain * 100)} points; ${compared}).${shuffled}`;
}

/** Pairs on a quiet machine differ by a few per cent; this much is other programs at work. */
const BUSY = 0.25;

export function speedVerdict({ medianPlain, medianSteered, overhead, overheadRange, pairs }: Speed): string {
  const [low, high] = overheadRange;
  const noise =
    high - low > BUSY
      ? '; the pairs differ so much that the machine was busy with something else, and this says little'
      : low < 0 && high > 0
        ? '; some pairs went the other way, so it is within the noise of this machine'
        : '';
  return `${fixed(medianPlain, 1)} tokens per second unsteered, ${fixed(medianSteered, 1)} steered. Overhead ${signedPercent(overhead)} (median of ${plural(pairs.length, 'pair')}, from ${signedPercent(low)} to ${signedPercent(high)}${noise}).`;
}

export function hits(condition: Condition, language: Language): number {
  return condition.counts[language.id] ?? 0;
}

/** McNemar's exact test on the same prompts under two conditions. */
function compare(first: Condition, second: Condition, target: Language): McNemar {
  const inTarget = new Map(second.answers.map(({ id, language }) => [id, language === target.id]));
  const shared = first.answers.filter(({ id }) => inTarget.has(id));
  return mcnemar(
    shared.map(({ language }) => language === target.id),
    shared.map(({ id }) => inTarget.get(id) === true),
  );
}

function isEstablished({ p }: McNemar): boolean {
  return p < 0.05;
}

function inWords({ p }: McNemar): string {
  // Unbreakable spaces: a figure is not torn from its sign.
  return p < 0.001 ? 'p\u00a0<\u00a00.001' : `p\u00a0=\u00a0${fixed(p, 3)}`;
}

function areApart(a: Share, b: Share): boolean {
  return a[1] > b[2] || b[1] > a[2];
}
