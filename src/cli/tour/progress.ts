/**
 * Progress of a tour: which of its steps is at work, and the time that is left of the piece of work under way. It adds
 * words to what the engine says and leaves drawing to the reporter.
 */
import type { Progress } from '../../protocol/engineService.ts';
import { duration } from '../report/format.ts';

/** Before this much of the work is done, and this much time has passed, a remaining time would be a guess. */
const LEAST_SHARE = 0.05;
const LEAST_MS = 1500;

export class TourProgress {
  #step = '';
  #phase: { readonly name: string; readonly startMs: number; readonly start: number; done: number } | undefined;

  constructor(
    private readonly show: (progress: Progress) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The step that whatever comes next belongs to, in a few words. */
  begin(step: string): void {
    this.#step = step;
    this.#phase = undefined;
  }

  readonly update = (progress: Progress): void => {
    const nowMs = this.nowMs();
    // A phase that begins again (the next round of a search) has a clock of its own.
    if (this.#phase?.name !== progress.phase || progress.done < this.#phase.done) {
      this.#phase = { name: progress.phase, startMs: nowMs, start: progress.done, done: progress.done };
    }
    this.#phase.done = progress.done;
    const phase = this.#step === '' ? progress.phase : `${this.#step}: ${progress.phase}`;
    const left = this.#left(progress, nowMs);
    // Bytes are spelled by the reporter, which knows their unit by its name.
    const unit = left === undefined || progress.unit === 'bytes' ? progress.unit : `${progress.unit}, ${left} left`;
    this.show({ ...progress, phase, unit });
  };

  #left({ done, total }: Progress, nowMs: number): string | undefined {
    if (total === undefined || this.#phase === undefined) return undefined;
    const elapsedMs = nowMs - this.#phase.startMs;
    const progressed = done - this.#phase.start;
    if (elapsedMs < LEAST_MS || progressed < LEAST_SHARE * total) return undefined;
    const seconds = Math.max(1, Math.round(((elapsedMs / progressed) * (total - done)) / 1000));
    return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
  }
}
