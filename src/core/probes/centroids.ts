/**
 * The plain rival of the logistic probe: each class is the mean of its rows, and a row belongs to the nearest mean, over
 * standardised features. -|x - m|²/2 differs from m·x - |m|²/2 by what all classes share, so it is a linear probe.
 */
import { combineRows, dot, prepareFeatures, type PreparedFeatures } from './features.ts';
import type { LinearProbe } from './linear.ts';
import { checkLabels } from './logistic.ts';

/**
 * @param X activations, [n, d]
 * @param y class of each row, [n]; a class without rows is the mean of all
 * @throws UsageError `shape`, `nonfinite` or `label`
 */
export function fitCentroids(X: Float32Array, y: Int32Array, classes: number): LinearProbe {
  return centroidsOf(prepareFeatures(X, y.length), y, classes);
}

/** The same on features that were prepared before. */
export function centroidsOf(
  { n, d, rows, mean, scale }: PreparedFeatures,
  y: Int32Array,
  classes: number,
): LinearProbe {
  checkLabels(y, n, classes);
  const weights = new Float32Array(classes * d);
  const bias = new Float32Array(classes);
  const centroid = new Float64Array(d);
  for (let c = 0; c < classes; c++) {
    const count = y.reduce((total, label) => total + (label === c ? 1 : 0), 0);
    combineRows(
      Float64Array.from(y, (label) => (label === c ? 1 / count : 0)),
      rows,
      centroid,
    );
    weights.set(centroid, c * d);
    bias[c] = -dot(centroid, centroid) / 2;
  }
  return { classes, weights, bias, mean, scale };
}
