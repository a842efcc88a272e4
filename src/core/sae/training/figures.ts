/** What is told of a training run while it goes on, and how each figure is defined. */

export interface TrainingFigures {
  /** Steps that are done. */
  readonly step: number;
  /** What is made small, of the step's batch: see `sparseStep.ts` and `denseGraph.ts`. Of scaled inputs. */
  readonly loss: number;
  /** Active features an input, the mean over the batch. */
  readonly l0: number;
  /**
   * 1 - SS_res / SS_tot over the batch: SS_res the squared distances of inputs from their reconstructions, SS_tot those
   * from the batch's mean, both summed over all numbers of all inputs. The weights are those before the step.
   */
  readonly explainedVariance: number;
  /** The same over inputs that training never sees; absent where there are none. */
  readonly heldOut?: number;
  /** The share of features that were active for no input of the last steps: {@link deadAfterSteps} of them. */
  readonly dead: number;
  readonly learningRate: number;
}

export function explainedVariance({ residual, total }: { readonly residual: number; readonly total: number }): number {
  return 1 - residual / total;
}
