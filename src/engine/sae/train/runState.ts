/** What a training run knows beside its weights: how far it is, and what it has seen on the way. */
import type { TrainingConfig } from '../../../core/sae/training/config.ts';
import { isCurvePoint, type TrainingFigures } from '../../../core/sae/training/figures.ts';
import { deadAfterSteps } from '../../../core/sae/training/schedule.ts';

/** How fast the running threshold of batch-top-k follows what each batch needed: SAELens' `threshold_lr`. */
const THRESHOLD_RATE = 0.01;

export class RunState {
  /** Steps that are done. */
  step = 0;
  /** What inputs are multiplied by. */
  scale = 1;
  /** `batchtopk`: a running mean of the least value that was kept in a batch; 0 until there was one. */
  threshold = 0;
  curve: TrainingFigures[] = [];
  /** The step, counted from 1, in which each feature was active last; 0 where it never was. */
  readonly lastActive: Uint32Array; // [dSae]
  private readonly deadAfter: number;

  constructor(private readonly config: TrainingConfig) {
    this.lastActive = new Uint32Array(config.dSae);
    this.deadAfter = deadAfterSteps(config);
  }

  /** Features that were active for no input of the last steps. */
  dead(): number[] {
    const { deadAfter, lastActive, step } = this;
    const dead: number[] = [];
    for (let feature = 0; feature < lastActive.length; feature++)
      if (step - lastActive[feature] >= deadAfter) dead.push(feature);
    return dead;
  }

  /** A step was done, in which these features were active. */
  advance(isActive: (feature: number) => boolean, least: number): void {
    this.step++;
    for (let feature = 0; feature < this.lastActive.length; feature++)
      if (isActive(feature)) this.lastActive[feature] = this.step;
    if (least > 0) this.threshold += (this.threshold === 0 ? 1 : THRESHOLD_RATE) * (least - this.threshold);
  }

  /** Whether the figures of the step that was just done belong into the curve. */
  isPoint(): boolean {
    return isCurvePoint(this.step, this.config.steps);
  }
}
