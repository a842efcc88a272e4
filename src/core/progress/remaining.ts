/** How long work under way will take yet, told from its own steps. Pure: the caller has the clock. */

/** Before this much of the work is done, and this much time has passed, a remaining time would be a guess. */
const LEAST_SHARE = 0.05;
const LEAST_MS = 1500;

/** A step of work, as the engine reports it. */
export interface Step {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
}

export class RemainingTime {
  private phase: { readonly name: string; readonly startMs: number; readonly start: number; done: number } | undefined;

  /** Forgets what was seen: other work begins. */
  begin(): void {
    this.phase = undefined;
  }

  /** Milliseconds that the step's phase will take yet; undefined while that would be a guess. */
  after({ phase, done, total }: Step, nowMs: number): number | undefined {
    // A phase that begins again (the next round of a search) has a clock of its own.
    if (this.phase?.name !== phase || done < this.phase.done) {
      this.phase = { name: phase, startMs: nowMs, start: done, done };
    }
    this.phase.done = done;
    if (total === undefined) return undefined;
    const elapsedMs = nowMs - this.phase.startMs;
    const progressed = done - this.phase.start;
    if (elapsedMs < LEAST_MS || progressed < LEAST_SHARE * total) return undefined;
    return (elapsedMs / progressed) * (total - done);
  }
}
