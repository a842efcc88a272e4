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

/** Points of the curve that is kept: more than that no picture shows. */
const CURVE_POINTS = 200;

/** Whether the figures of a step, counted from 1, belong into the curve of a run of so many steps. */
export function isCurvePoint(step: number, steps: number): boolean {
  return step === steps || step % Math.ceil(steps / CURVE_POINTS) === 0 || step === 1;
}

export function explainedVariance({ residual, total }: { readonly residual: number; readonly total: number }): number {
  return 1 - residual / total;
}
