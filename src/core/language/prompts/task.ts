/**
 * What a task is like: `high-level` work is a formula, a statistic, data analysis, a drawing, symbols, a quick model of
 * few steps; `performance` work is a loop over many steps, cells or elements (simulations, linear algebra, large data,
 * bits), where speed and memory matter; `general` is no science. Models may lean to another language in each.
 */
export type TaskKind = 'high-level' | 'performance' | 'general';

/** A coding task in neutral words: no language, no library, nothing that only one language has. */
export interface CodingTask {
  /** Unique over all task sets. */
  readonly id: string;
  readonly kind: TaskKind;
  /** One sentence. */
  readonly instruction: string;
}
