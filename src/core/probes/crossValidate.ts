/**
 * A probe's accuracy with everything that makes it believable: every row is tested once, by a probe that has seen none
 * of its group (task); beside it the plain rival, the majority class and the accuracy on labels that mean nothing.
 */
import { UsageError } from '../errors.ts';
import { createRandom } from '../stats/random.ts';
import { wilson, type Interval } from '../stats/wilson.ts';
import { centroidsOf } from './centroids.ts';
import { prepareFeatures } from './features.ts';
import { predict } from './linear.ts';
import { fitPrepared, type LogisticOptions } from './logistic.ts';

export interface CrossValidation {
  /** Share of the rows that are told right when they are held out, with its 95% interval. */
  readonly accuracy: Interval;
  /** What naming the commonest class of the other rows gets right of the same rows. */
  readonly majority: number;
  /** Accuracy of probes whose training labels were shuffled. */
  readonly shuffled: number;
  /** The same share for the nearest class mean, over the same folds. */
  readonly centroids: Interval;
  /** How often each class was taken for each by the probe, [class][guess]; all rows together. */
  readonly confusion: readonly (readonly number[])[];
}

export interface CrossValidationOptions extends LogisticOptions {
  readonly seed: number;
  readonly folds?: number;
}

/**
 * @param X activations, [n, d]
 * @param y class of each row, [n]
 * @param groups the task of each row, [n]; a group is never split
 * @throws UsageError `groups` where there are fewer than two groups, `shape` where they are not one a row
 */
export function crossValidate(
  X: Float32Array,
  y: Int32Array,
  groups: readonly string[],
  options: CrossValidationOptions,
): CrossValidation {
  if (groups.length !== y.length) throw new UsageError('shape', `${groups.length} groups for ${y.length} rows`);
  const random = createRandom(options.seed);
  const names = random.shuffle([...new Set(groups)]);
  if (names.length < 2) throw new UsageError('groups', 'a split by task needs at least two tasks');
  const folds = Math.min(options.folds ?? 5, names.length);
  const foldOf = new Map(names.map((name, i) => [name, i % folds]));
  const { classes } = options;
  const hits = { probe: 0, majority: 0, shuffled: 0, centroids: 0 };
  const confusion = Array.from({ length: classes }, () => Array<number>(classes).fill(0)); // [class][guess]
  for (let fold = 0; fold < folds; fold++) {
    const isTest = groups.map((group) => foldOf.get(group) === fold);
    const train = rowsWhere(isTest, false);
    const test = rowsWhere(isTest, true);
    const features = prepareFeatures(takeRows(X, y.length, train), train.length);
    const trainY = train.map((row) => y[row]);
    const testX = takeRows(X, y.length, test);
    const testY = test.map((row) => y[row]);
    const guesses = predict(fitPrepared(features, trainY, options), testX);
    hits.probe += countEqual(guesses, testY);
    guesses.forEach((guess, i) => confusion[testY[i]][guess]++);
    hits.centroids += countEqual(predict(centroidsOf(features, trainY, classes), testX), testY);
    hits.shuffled += countEqual(predict(fitPrepared(features, random.shuffle(trainY.slice()), options), testX), testY);
    const commonest = mostFrequent(trainY, classes);
    hits.majority += testY.filter((label) => label === commonest).length;
  }
  const n = y.length;
  return {
    accuracy: wilson(hits.probe, n),
    majority: hits.majority / n,
    shuffled: hits.shuffled / n,
    centroids: wilson(hits.centroids, n),
    confusion,
  };
}

function rowsWhere(flags: readonly boolean[], wanted: boolean): Int32Array {
  return Int32Array.from(flags.flatMap((flag, row) => (flag === wanted ? [row] : [])));
}

function takeRows(X: Float32Array, n: number, rows: Int32Array): Float32Array {
  const d = X.length / n;
  const out = new Float32Array(rows.length * d);
  rows.forEach((row, i) => out.set(X.subarray(row * d, (row + 1) * d), i * d));
  return out;
}

function countEqual(a: Int32Array, b: Int32Array): number {
  return a.reduce((count, value, i) => count + (value === b[i] ? 1 : 0), 0);
}

function mostFrequent(labels: Int32Array, classes: number): number {
  const counts = Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts.indexOf(Math.max(...counts));
}
