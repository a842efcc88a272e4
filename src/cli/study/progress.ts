/**
 * Progress of a study: which cell is at work, and what is left of the whole. It adds words to what the engine says and
 * leaves drawing to the reporter.
 */
import { duration } from '../../core/charts/format.ts';
import type { Progress } from '../../protocol/engineService.ts';

export class StudyProgress {
  private step = '';
  private endsAtMs: number | undefined;

  constructor(
    private readonly show: (progress: Progress) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** What comes next, and what the study is expected to take from here. */
  begin(step: string, remainingMs: number): void {
    this.step = step;
    this.endsAtMs = this.nowMs() + remainingMs;
  }

  readonly update = (progress: Progress): void => {
    const phase = this.step === '' ? progress.phase : `${this.step}: ${progress.phase}`;
    // Bytes are spelled by the reporter, which knows their unit by its name.
    if (this.endsAtMs === undefined || progress.unit === 'bytes') return this.show({ ...progress, phase });
    const left = leftInWords(this.endsAtMs - this.nowMs());
    this.show({ ...progress, phase, unit: `${progress.unit}; study: ${left} left` });
  };
}

/** `about 35 min`: finer would be false. */
export function leftInWords(ms: number): string {
  if (ms < 60_000) return `about ${duration(Math.max(1000, Math.round(ms / 1000) * 1000))}`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `about ${minutes} min` : `about ${(minutes / 60).toFixed(1)} h`;
}
