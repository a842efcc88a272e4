/** A step of training, whichever way it is computed. */
import type { Squares } from './batch.ts';

export interface Forward extends Squares {
  /** How many features are active, in all inputs of the batch together. */
  readonly active: number;
  /** What is made small, a mean over the batch. */
  readonly loss: number;
  /** The least value of an active feature; 0 where none is. */
  readonly least: number;
}

export interface TrainingStep {
  /**
   * Reconstructs the batch that lies in `input`; afterwards `error` is there.
   * @param sparsity price of sparsity now
   */
  forward(sparsity: number): Promise<Forward>;
  /** Whether a feature was active in the batch that {@link forward} was called for. */
  isActive(feature: number): boolean;
  /** Learns from that batch. @param dead the features that count as dead */
  learn(step: number, learningRate: number, dead: readonly number[]): void;
  release(): Promise<void>;
}
