/**
 * The linear probe: multinomial logistic regression on standardised activations. It has far fewer rows than features, so
 * the weights are sought where they must lie, in the span of the rows (W = A Z, the representer theorem): n coordinates
 * a class instead of d, with the Gram matrix Z Zᵀ as metric. The result is the same minimum, and deterministic.
 */
import { UsageError } from '../errors.ts';
import { combineRows, prepareFeatures, type PreparedFeatures } from './features.ts';
import { minimise, type Metric, type Objective } from './lbfgs.ts';
import { softmax, type LinearProbe } from './linear.ts';

export interface LogisticFit extends LinearProbe {
  /** Whether the fit reached its tolerance. */
  readonly converged: boolean;
}

export interface LogisticOptions {
  /** Number of classes; labels are 0..classes-1. */
  readonly classes: number;
  /** Weight of the penalty l2/2 |W|² beside the summed cross-entropy; 1/C of scikit-learn. The bias is free. Default 1. */
  readonly l2?: number;
  /** Default 300. */
  readonly maxIterations?: number;
  /** Share of the first gradient's norm at which the fit ends. Default 1e-5. */
  readonly tolerance?: number;
}

/**
 * Fits a probe.
 * @param X activations, [n, d]
 * @param y class of each row, [n]
 * @throws UsageError `shape`, `nonfinite`, `label` or `l2`
 */
export function fitLogistic(X: Float32Array, y: Int32Array, options: LogisticOptions): LogisticFit {
  return fitPrepared(prepareFeatures(X, y.length), y, options);
}

/** Fits a probe on features that were prepared before, so that several labellings share the preparation. */
export function fitPrepared(features: PreparedFeatures, y: Int32Array, options: LogisticOptions): LogisticFit {
  const { classes, l2 = 1, maxIterations = 300, tolerance = 1e-5 } = options;
  const { n, d, rows, mean, scale } = features;
  checkLabels(y, n, classes);
  if (!(l2 > 0)) throw new UsageError('l2', `a penalty of ${l2} has no unique minimum`, 'Use a positive number.');

  const objective = new CrossEntropy(features, y, classes, l2);
  const { converged } = minimise(objective, { maxIterations, tolerance });

  const weights = new Float32Array(classes * d);
  const row = new Float64Array(d);
  for (let c = 0; c < classes; c++) {
    combineRows(objective.point.subarray(c * n, (c + 1) * n), rows, row);
    weights.set(row, c * d);
  }
  const bias = Float32Array.from(objective.point.subarray(classes * n));
  return { classes, weights, bias, mean, scale, converged };
}

/**
 * Summed cross-entropy plus l2/2 |W|², over points (A, b): A [classes, n] and then b [classes]. The metric is the Gram
 * matrix on A and the identity on b. The gradient with respect to W is (P - Y + l2 A) Z, hence P - Y + l2 A here.
 */
class CrossEntropy implements Objective {
  readonly size: number;
  readonly point: Float64Array;
  /** Image of the point, [classes, n] then b: the logits without the bias. */
  private readonly image: Float64Array;
  /** Scratch, [classes]. */
  private readonly logits: Float64Array;

  constructor(
    private readonly features: PreparedFeatures,
    private readonly y: Int32Array,
    private readonly classes: number,
    private readonly l2: number,
  ) {
    this.size = classes * (features.n + 1);
    this.point = new Float64Array(this.size);
    this.image = new Float64Array(this.size);
    this.logits = new Float64Array(classes);
  }

  gradient(): Metric {
    const { classes, l2 } = this;
    const { n } = this.features;
    const v = new Float64Array(this.size);
    for (let i = 0; i < n; i++) {
      this.probabilities(i, undefined, 0);
      for (let c = 0; c < classes; c++) {
        const error = (this.logits[c] ?? 0) - (this.y[i] === c ? 1 : 0);
        v[c * n + i] = error + l2 * (this.point[c * n + i] ?? 0);
        v[classes * n + c] = (v[classes * n + c] ?? 0) + error;
      }
    }
    const image = v.slice();
    this.features.timesGram(v.subarray(0, classes * n), image.subarray(0, classes * n));
    return { v, image };
  }

  slope(direction: Metric, t: number): { first: number; second: number } {
    const { classes, l2 } = this;
    const { n } = this.features;
    let [first, second] = [0, 0];
    for (let i = 0; i < n; i++) {
      this.probabilities(i, direction, t);
      let [mean, square] = [0, 0];
      for (let c = 0; c < classes; c++) {
        const rate = this.rate(direction, c, i);
        const p = this.logits[c] ?? 0;
        mean += p * rate;
        square += p * rate * rate;
        if (this.y[i] === c) first -= rate;
      }
      first += mean;
      second += square - mean * mean;
    }
    for (let at = 0; at < classes * n; at++) {
      const image = direction.image[at] ?? 0;
      const along = (direction.v[at] ?? 0) * image;
      first += l2 * ((this.point[at] ?? 0) * image + t * along);
      second += l2 * along;
    }
    return { first, second };
  }

  move(direction: Metric, t: number): void {
    for (let at = 0; at < this.size; at++) {
      this.point[at] = (this.point[at] ?? 0) + t * (direction.v[at] ?? 0);
      this.image[at] = (this.image[at] ?? 0) + t * (direction.image[at] ?? 0);
    }
  }

  /** Leaves the class probabilities of row i in `logits`, at the point plus t times the direction. */
  private probabilities(i: number, direction: Metric | undefined, t: number): void {
    const { n } = this.features;
    for (let c = 0; c < this.classes; c++) {
      const logit = (this.image[c * n + i] ?? 0) + (this.image[this.classes * n + c] ?? 0);
      this.logits[c] = direction === undefined ? logit : logit + t * this.rate(direction, c, i);
    }
    softmax(this.logits);
  }

  /** How fast the logit of class c at row i changes along a direction. */
  private rate(direction: Metric, c: number, i: number): number {
    const { n } = this.features;
    return (direction.image[c * n + i] ?? 0) + (direction.image[this.classes * n + c] ?? 0);
  }
}

/** @throws UsageError `shape`, `label` */
export function checkLabels(y: Int32Array, n: number, classes: number): void {
  if (y.length !== n) throw new UsageError('shape', `${y.length} labels for ${n} rows`);
  if (!Number.isInteger(classes) || classes < 2)
    throw new UsageError('label', `${classes} classes cannot be told apart`);
  const wrong = y.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) throw new UsageError('label', `label ${wrong} is outside 0..${classes - 1}`);
}
