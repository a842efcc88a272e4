/** Lines through measured points, which say how a cost grows. */

export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** The share of the variance of y that the line explains. */
  readonly r2: number;
}

/** y = slope x + intercept by least squares. */
export function fitLine(xs: readonly number[], ys: readonly number[]): LineFit {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - meanX) * (ys[i] - meanY)));
  const [varianceX, varianceY] = [mean(xs.map((x) => (x - meanX) ** 2)), mean(ys.map((y) => (y - meanY) ** 2))];
  const slope = covariance / varianceX;
  return { slope, intercept: meanY - slope * meanX, r2: covariance ** 2 / (varianceX * varianceY) };
}

/** y = c x^slope: the line through the logarithms. */
export function fitPower(xs: readonly number[], ys: readonly number[]): LineFit {
  return fitLine(xs.map(Math.log), ys.map(Math.log));
}
