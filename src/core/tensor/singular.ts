/**
 * The singular value decomposition A = U S Vᵀ of a matrix with few rows, by way of its Gram matrix A Aᵀ = U S² Uᵀ, whose
 * eigenvectors cyclic Jacobi rotations find (Golub and Van Loan, "Matrix Computations", section 8.5).
 */
import { norm } from './norm.ts';

export interface SingularValues {
  /** Largest first; those that are 0 to rounding are left out. */
  readonly values: readonly number[]; // [rank]
  /** Of length 1, in the order of the values, row by row. */
  readonly right: Float32Array; // [rank, width]
}

export interface Eigen {
  /** Largest first. */
  readonly values: readonly number[]; // [n]
  /** Of length 1, in the order of the values, row by row. */
  readonly vectors: Float64Array; // [n, n]
}

/** Squaring halves the digits: what is below this share of the largest singular value is rounding. */
const LEAST_SHARE = 1e-6;

/** Off the diagonal, this share of the whole matrix is nothing; it takes about six sweeps, and no matrix needs as many as these. */
const TOLERANCE = 1e-14;
const MOST_SWEEPS = 60;

/**
 * Singular values and right singular vectors of rows [n, width]. Takes time in the order of n² width + n³: meant for
 * fewer rows than columns.
 */
export function singularValues(rows: Float32Array, width: number): SingularValues {
  const n = rows.length / width;
  const { values: squares, vectors } = symmetricEigen(gram(rows, width), n);
  const found = squares.map((square) => Math.sqrt(Math.max(0, square)));
  const values = found.filter((value) => value > LEAST_SHARE * found[0]);
  const right = new Float32Array(values.length * width);
  values.forEach((_, k) => {
    const sum = new Float64Array(width);
    for (let row = 0; row < n; row++)
      for (let i = 0; i < width; i++) sum[i] += vectors[k * n + row] * rows[row * width + i];
    const length = norm(Float32Array.from(sum));
    for (let i = 0; i < width; i++) right[k * width + i] = sum[i] / length;
  });
  return { values, right };
}

/** rows rowsᵀ, [n, n]. */
function gram(rows: Float32Array, width: number): Float64Array {
  const n = rows.length / width;
  const products = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = a; b < n; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += rows[a * width + i] * rows[b * width + i];
      products[a * n + b] = products[b * n + a] = sum;
    }
  return products;
}

/** The eigenvalues and eigenvectors of a symmetric matrix [n, n]. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const whole = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, n) > TOLERANCE * TOLERANCE * whole; sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n));
  return { values: order.map((i) => a[i * n + i]), vectors: sorted };
}

/** The sum of squares off the diagonal. */
function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) sum += a[i * n + j] ** 2;
  return sum;
}

/** Turns the plane of p and q so that a[p, q] becomes 0; the rows of `vectors` turn along. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q];
  if (off === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
  // The smaller of both angles that do it.
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let k = 0; k < n; k++) mix(a, k * n + p, k * n + q, cosine, sine);
  for (let k = 0; k < n; k++) mix(a, p * n + k, q * n + k, cosine, sine);
  for (let k = 0; k < n; k++) mix(vectors, p * n + k, q * n + k, cosine, sine);
}

function mix(values: Float64Array, at: number, other: number, cosine: number, sine: number): void {
  const [x, y] = [values[at], values[other]];
  values[at] = cosine * x - sine * y;
  values[other] = sine * x + cosine * y;
}
