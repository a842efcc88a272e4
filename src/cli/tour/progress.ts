/**
 * Progress of a tour: which of its steps is at work, and the time that is left of the piece of work under way. It adds
 * words to what the engine says and leaves drawing to the reporter.
 */
import { RemainingTime } from '../../core/progress/remaining.ts';
import type { Progress } from '../../protocol/engineService.ts';
import { duration } from '../../core/charts/format.ts';

export class TourProgress {
  #step = '';
  readonly #remaining = new RemainingTime();

  constructor(
    private readonly show: (progress: Progress) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The step that whatever comes next belongs to, in a few words. */
  begin(step: string): void {
    this.#step = step;
    this.#remaining.begin();
  }

  readonly update = (progress: Progress): void => {
    const phase = this.#step === '' ? progress.phase : `${this.#step}: ${progress.phase}`;
    const left = this.#left(progress);
    // Bytes are spelled by the reporter, which knows their unit by its name.
    const unit = left === undefined || progress.unit === 'bytes' ? progress.unit : `${progress.unit}, ${left} left`;
    this.show({ ...progress, phase, unit });
  };

  #left(progress: Progress): string | undefined {
    const leftMs = this.#remaining.after(progress, this.nowMs());
    if (leftMs === undefined) return undefined;
    const seconds = Math.max(1, Math.round(leftMs / 1000));
    return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
  }
}
