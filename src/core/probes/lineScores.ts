/**
 * From logits of tokens to scores of lines: the logits of a line's own tokens are averaged, which averages the log-odds
 * of any class against any other, and a softmax makes shares of them.
 */
import { softmax } from './linear.ts';
import { NO_LINE } from './tokenLines.ts';

export interface LineScore {
  /** Counted from 0. */
  readonly line: number;
  /** How many tokens of its own the scores are the average of; at least one. */
  readonly tokens: number;
  /** [classes], sums to 1. */
  readonly scores: Float64Array;
}

/**
 * The scores of each line that has a token of its own, in the order of the lines' first tokens.
 * @param logits [n, classes]
 * @param lines the line of each row, [n]; rows of {@link NO_LINE} count nowhere
 */
export function scoreLines(logits: Float64Array, lines: readonly number[], classes: number): LineScore[] {
  const sums = new Map<number, { tokens: number; sum: Float64Array }>();
  for (const [row, line] of lines.entries()) {
    if (line === NO_LINE) continue;
    let entry = sums.get(line);
    if (entry === undefined) sums.set(line, (entry = { tokens: 0, sum: new Float64Array(classes) }));
    entry.tokens++;
    for (let c = 0; c < classes; c++) entry.sum[c] = (entry.sum[c] ?? 0) + (logits[row * classes + c] ?? NaN);
  }
  return [...sums].map(([line, { tokens, sum }]) => {
    const scores = sum.map((total) => total / tokens);
    softmax(scores);
    return { line, tokens, scores };
  });
}

/** The index of the largest value; the lower one where two are alike. */
export function best(values: Float64Array): number {
  return values.indexOf(Math.max(...values));
}
