/**
 * A probe with everything that makes its accuracy believable: tasks it was not fitted on, an interval, the majority class,
 * and the accuracy that the same procedure reaches on labels that mean nothing.
 */
import { UsageError } from '../errors.ts';
import { createRandom } from '../stats/random.ts';
import { wilson, type Interval } from '../stats/wilson.ts';
import { prepareFeatures } from './features.ts';
import { fitPrepared, predict, type LogisticOptions, type LogisticProbe } from './logistic.ts';

export interface Split {
  /** Row numbers, in order. */
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface SplitOptions {
  readonly seed: number;
  /** Share of the groups that is held out, more than 0 and less than 1. Default 0.3. */
  readonly testShare?: number;
}

export interface ProbeExperimentOptions extends SplitOptions, Partial<Omit<LogisticOptions, 'classes'>> {
  /** Default: one more than the highest label. */
  readonly classes?: number;
  /** How many times the training labels are shuffled for the control. Default 3. */
  readonly shuffles?: number;
}

export interface ProbeExperiment {
  /** Share of the held-out rows that the probe gets right, with its 95% interval. */
  readonly accuracy: Interval;
  /** What always naming the commonest class of the training rows gets right of the same rows. */
  readonly majority: number;
  /** Mean accuracy of probes whose training labels were shuffled. */
  readonly shuffled: number;
  /** Held-out rows. */
  readonly n: number;
  readonly probe: LogisticProbe;
}

/**
 * Splits rows so that all rows of a group (a task) fall on one side: a probe that has seen a task in one language has
 * seen half of what it is asked. The same groups and seed give the same split at every layer.
 * @throws UsageError `groups` where there are fewer than two groups, `share` for a share outside 0..1
 */
export function splitByGroup(groups: readonly (string | number)[], { seed, testShare = 0.3 }: SplitOptions): Split {
  const names = [...new Set(groups)];
  if (names.length < 2) throw new UsageError('groups', 'a split by task needs at least two tasks');
  if (!(testShare > 0 && testShare < 1))
    throw new UsageError('share', `a held-out share of ${testShare} leaves nothing`);
  const held = Math.min(names.length - 1, Math.max(1, Math.round(testShare * names.length)));
  const testNames = new Set(createRandom(seed).shuffle(names).slice(0, held));
  const rows = groups.map((_, row) => row);
  return {
    train: Int32Array.from(rows.filter((row) => !testNames.has(groups[row] ?? ''))),
    test: Int32Array.from(rows.filter((row) => testNames.has(groups[row] ?? ''))),
  };
}

/**
 * Fits a probe on some tasks and tests it on the others.
 * @param X activations, [n, d]
 * @param y class of each row, [n]
 * @param groups the task of each row, [n]
 */
export function probeExperiment(
  X: Float32Array,
  y: Int32Array,
  groups: readonly (string | number)[],
  options: ProbeExperimentOptions,
): ProbeExperiment {
  if (groups.length !== y.length) throw new UsageError('shape', `${groups.length} groups for ${y.length} rows`);
  const { shuffles = 3, classes = Math.max(1, ...y) + 1 } = options;
  const { train, test } = splitByGroup(groups, options);
  const features = prepareFeatures(takeRows(X, y.length, train), train.length);
  const testX = takeRows(X, y.length, test);
  const trainY = train.map((row) => y[row] ?? -1);
  const testY = test.map((row) => y[row] ?? -1);

  const fit = (labels: Int32Array): LogisticProbe => fitPrepared(features, labels, { ...options, classes });
  const hits = (probe: LogisticProbe): number => countEqual(predict(probe, testX), testY);
  const probe = fit(trainY);

  // A stream of its own: the split must not depend on how many shuffles were asked for.
  const random = createRandom(options.seed + 0.5);
  let shuffledHits = 0;
  for (let i = 0; i < shuffles; i++) shuffledHits += hits(fit(random.shuffle(trainY.slice())));

  const n = test.length;
  const commonest = mostFrequent(trainY, classes);
  return {
    accuracy: wilson(hits(probe), n),
    majority: testY.filter((label) => label === commonest).length / n,
    shuffled: shuffledHits / (shuffles * n),
    n,
    probe,
  };
}

function takeRows(X: Float32Array, n: number, rows: Int32Array): Float32Array {
  const d = X.length / n;
  const out = new Float32Array(rows.length * d);
  rows.forEach((row, i) => out.set(X.subarray(row * d, (row + 1) * d), i * d));
  return out;
}

function countEqual(a: Int32Array, b: Int32Array): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal;
}

function mostFrequent(labels: Int32Array, classes: number): number {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
}
