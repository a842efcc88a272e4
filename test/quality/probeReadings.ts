/** Ways to read a class from an activation, each with the rows it was right about, so that rows can be drawn again. */
import { nearestCentroids } from '../../src/core/clusters/kMeans.ts';
import { meanRow } from '../../src/core/methods/means.ts';
import { centroidsOf } from '../../src/core/probes/centroids.ts';
import { prepareFeatures } from '../../src/core/probes/features.ts';
import { predict } from '../../src/core/probes/linear.ts';
import { fitPrepared } from '../../src/core/probes/logistic.ts';
import { refine, softened } from '../../src/core/probes/refine.ts';
import { createRandom } from '../../src/core/stats/random.ts';

/**
 * `nearest` is the nearest class mean among activations as they are, `unrefined` the same of standardised ones; `refined`
 * starts there, softened, and goes on by gradient; `converged` is logistic regression to its end. `majority` names the commonest class of the rows it has seen; `shuffled` is `refined` on labels in disorder.
 */
export const READINGS = ['nearest', 'unrefined', 'refined', 'converged', 'majority', 'shuffled'] as const;
export type Reading = (typeof READINGS)[number];

/** For each reading that was made, how often it was right about each row: [rows], shares of its trials. */
export type Hits = Readonly<Partial<Record<Reading, Float64Array>>>;

export interface Labelled {
  readonly X: Float32Array; // [n, d]
  readonly y: Int32Array; // [n]
}

export interface ReadingSetup {
  readonly classes: number;
  readonly seed: number;
  readonly readings: readonly Reading[];
}

/** What each reading, fitted on `train`, says of the rows of `testX`. */
export function guess(
  train: Labelled,
  testX: Float32Array,
  { classes, seed, readings }: ReadingSetup,
): ReadonlyMap<Reading, Int32Array> {
  const { X, y } = train;
  const features = prepareFeatures(X, y.length);
  const refined = (labels: Int32Array) => refine(softened(centroidsOf(features, labels, classes)), X, labels, { seed });
  const make: Record<Reading, () => Int32Array> = {
    nearest: () => nearestCentroids(testX, testX.length / features.d, classMeans(train, classes)),
    unrefined: () => predict(centroidsOf(features, y, classes), testX),
    refined: () => predict(refined(y), testX),
    converged: () => predict(fitPrepared(features, y, { classes, tolerance: 1e-3 }), testX),
    majority: () => new Int32Array(testX.length / features.d).fill(commonest(y, classes)),
    shuffled: () => predict(refined(createRandom(seed + 1).shuffle(y.slice())), testX),
  };
  return new Map(readings.map((reading) => [reading, make[reading]()]));
}

/** The mean of the rows of each class: [classes, d]. A class without rows is nowhere near. */
function classMeans({ X, y }: Labelled, classes: number): Float32Array {
  const d = X.length / y.length;
  const means = new Float32Array(classes * d);
  for (let c = 0; c < classes; c++) {
    const rows = Int32Array.from(y.keys()).filter((row) => y[row] === c);
    means.set(rows.length > 0 ? meanRow(takeRows(X, y.length, rows), d) : new Float32Array(d).fill(1e30), c * d);
  }
  return means;
}

function commonest(y: Int32Array, classes: number): number {
  const sizes = Array.from({ length: classes }, (_, c) => y.filter((label) => label === c).length);
  return sizes.indexOf(Math.max(...sizes));
}

/** Divides groups among folds by chance: the fold of each group. */
export function foldsOf(groups: number, folds: number, seed: number): Int32Array {
  return createRandom(seed).shuffle(Int32Array.from({ length: groups }, (_, i) => i % folds));
}

/** Collects, over folds, which rows the readings were right about. */
export class HitCounter {
  private readonly hits = new Map<Reading, Float64Array>();

  constructor(private readonly n: number) {}

  add(guesses: ReadonlyMap<Reading, Int32Array>, rows: Int32Array, truth: Int32Array): void {
    for (const [reading, guessed] of guesses) {
      const hits = this.hits.get(reading) ?? new Float64Array(this.n);
      this.hits.set(reading, hits);
      rows.forEach((row, i) => (hits[row] += guessed[i] === truth[i] ? 1 : 0));
    }
  }

  result(): Hits {
    return Object.fromEntries(this.hits);
  }
}

/** The mean of several tables of hits over the same rows: over heads, over seeds. */
export function meanHits(all: readonly Hits[]): Hits {
  const readings = READINGS.filter((reading) => all[0][reading] !== undefined);
  return Object.fromEntries(
    readings.map((reading) => {
      const tables = all.flatMap((hits) => hits[reading] ?? []);
      return [reading, tables[0].map((_, row) => tables.reduce((sum, hits) => sum + hits[row], 0) / tables.length)];
    }),
  );
}

export function takeRows(X: Float32Array, n: number, rows: Int32Array): Float32Array {
  const d = X.length / n;
  const out = new Float32Array(rows.length * d);
  rows.forEach((row, i) => out.set(X.subarray(row * d, (row + 1) * d), i * d));
  return out;
}

/** Columns [from, from + width) of each row. */
export function takeColumns(X: Float32Array, n: number, from: number, width: number): Float32Array {
  const d = X.length / n;
  const out = new Float32Array(n * width);
  for (let i = 0; i < n; i++) out.set(X.subarray(i * d + from, i * d + from + width), i * width);
  return out;
}
