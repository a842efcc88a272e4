/**
 * L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4) in a space whose inner product is <u, w> = uᵀ M w for
 * a metric M that is applied once to each new gradient and never again: every vector carries its image M v, and both
 * are combined alike. With M a Gram matrix this is plain L-BFGS over weights in the span of the rows, at the cost of n
 * coordinates a class instead of d.
 */
import { dot } from './features.ts';

/** A vector and its image under the metric. */
export interface Metric {
  readonly v: Float64Array;
  readonly image: Float64Array;
}

/** A smooth, strictly convex function along the points that the search visits. */
export interface Objective {
  /** Coordinates of a point. */
  readonly size: number;
  /** The gradient at the current point, with its image. */
  gradient(): Metric;
  /** First and second derivative along a direction, at the current point plus t times the direction. */
  slope(direction: Metric, t: number): { first: number; second: number };
  /** Moves the current point by t times the direction. */
  move(direction: Metric, t: number): void;
}

export interface SearchOptions {
  readonly maxIterations: number;
  /** Stop where the gradient's norm has fallen below this share of the first gradient's. */
  readonly tolerance: number;
}

export interface SearchResult {
  readonly iterations: number;
  readonly converged: boolean;
}

interface Pair {
  readonly step: Metric;
  readonly change: Metric;
  readonly curvature: number;
}

const HISTORY = 10;
/** A step is good where the slope has fallen to this share of the slope at its start. */
const SLOPE_SHARE = 0.1;
const MAX_LINE_STEPS = 30;

/** Moves the objective's current point to its minimum. */
export function minimise(objective: Objective, { maxIterations, tolerance }: SearchOptions): SearchResult {
  const pairs: Pair[] = [];
  let gradient = objective.gradient();
  const goal = tolerance * norm(gradient);
  for (let iterations = 0; iterations < maxIterations; iterations++) {
    if (norm(gradient) <= goal) return { iterations, converged: true };
    const direction = descend(gradient, pairs);
    const t = lineSearch(objective, direction);
    if (t === 0) return { iterations, converged: false };
    objective.move(direction, t);
    const next = objective.gradient();
    const change = combine(next, 1, gradient, -1);
    const step = scaled(direction, t);
    const curvature = dot(step.v, change.image);
    // Where rounding has eaten the curvature, the pair would only mislead.
    if (curvature > 0) pairs.push({ step, change, curvature });
    if (pairs.length > HISTORY) pairs.shift();
    gradient = next;
  }
  return { iterations: maxIterations, converged: norm(gradient) <= goal };
}

/** The quasi-Newton direction: minus the inverse of the curvature seen so far, times the gradient. */
function descend(gradient: Metric, pairs: readonly Pair[]): Metric {
  const q = scaled(gradient, -1);
  const alphas: number[] = [];
  for (const { step, change, curvature } of pairs.toReversed()) {
    const alpha = dot(step.v, q.image) / curvature;
    alphas.push(alpha);
    addTo(q, change, -alpha);
  }
  const last = pairs.at(-1);
  if (last !== undefined) scaleBy(q, last.curvature / dot(last.change.v, last.change.image));
  for (const { step, change, curvature } of pairs) {
    const beta = dot(change.v, q.image) / curvature;
    addTo(q, step, (alphas.pop() ?? 0) - beta);
  }
  return q;
}

/** Newton's method on the slope, kept inside the bracket that the slope's sign has shown so far. 0: no way down. */
function lineSearch(objective: Objective, direction: Metric): number {
  const start = objective.slope(direction, 0).first;
  if (!(start < 0)) return 0;
  let [low, high, t] = [0, Infinity, 1];
  for (let i = 0; i < MAX_LINE_STEPS; i++) {
    const { first, second } = objective.slope(direction, t);
    if (Math.abs(first) <= SLOPE_SHARE * -start) return t;
    if (first < 0) low = t;
    else high = t;
    const newton = t - first / second;
    const isInside = newton > low && newton < high;
    if (high === Infinity) t = isInside ? Math.min(newton, 8 * t) : 2 * t;
    else t = isInside ? newton : (low + high) / 2;
  }
  return low;
}

function norm(x: Metric): number {
  return Math.sqrt(Math.max(0, dot(x.v, x.image)));
}

function scaled(x: Metric, factor: number): Metric {
  return { v: x.v.map((value) => factor * value), image: x.image.map((value) => factor * value) };
}

function combine(a: Metric, factorA: number, b: Metric, factorB: number): Metric {
  const sum = scaled(a, factorA);
  addTo(sum, b, factorB);
  return sum;
}

function addTo(target: Metric, x: Metric, factor: number): void {
  for (let i = 0; i < target.v.length; i++) {
    target.v[i] = (target.v[i] ?? 0) + factor * (x.v[i] ?? 0);
    target.image[i] = (target.image[i] ?? 0) + factor * (x.image[i] ?? 0);
  }
}

function scaleBy(target: Metric, factor: number): void {
  for (let i = 0; i < target.v.length; i++) {
    target.v[i] = factor * (target.v[i] ?? 0);
    target.image[i] = factor * (target.image[i] ?? 0);
  }
}
