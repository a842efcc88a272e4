/**
 * Progress on stderr: a bar where that is a terminal, otherwise a line every few seconds. It never writes to stdout, and
 * what is done before anyone could read about it is not spoken of.
 */
import { SingleBar } from 'cli-progress';
import type { Progress } from '../protocol/engineService.ts';
import type { OutputStream } from './output.ts';
import { oneLine } from './plainText.ts';

/** Nothing is shown of work that takes less than this. */
const QUIET_MS = { terminal: 150, lines: 2000 };
/** Between two lines where stderr is no terminal. */
const LINE_MS = 3000;

export class ProgressReporter {
  readonly #startMs: number;
  readonly #isTerminal: boolean;
  #lastLineMs = -Infinity;
  #shown: { readonly bar: SingleBar; readonly phase: string } | undefined;

  constructor(
    private readonly stream: OutputStream,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#startMs = nowMs();
    this.#isTerminal = stream.isTTY === true;
  }

  /** Shows a step. May be called at any rate. */
  readonly update = (progress: Progress): void => {
    const elapsedMs = this.nowMs() - this.#startMs;
    if (this.#isTerminal) {
      if (elapsedMs >= QUIET_MS.terminal) this.#draw(progress);
    } else if (elapsedMs >= QUIET_MS.lines && elapsedMs - this.#lastLineMs >= LINE_MS) {
      this.#lastLineMs = elapsedMs;
      this.stream.write(`${describe(progress)}\n`);
    }
  };

  /** Takes the bar away, so that something else can be written. The next `update` brings it back. */
  readonly clear = (): void => {
    this.#shown?.bar.stop();
    this.#shown = undefined;
  };

  #draw(progress: Progress): void {
    if (this.#shown?.phase !== progress.phase) {
      this.clear();
      const bar = new SingleBar({
        stream: this.stream,
        format: (_options, { progress: share }, payload: { step: Progress }) => drawn(payload.step, share),
        clearOnComplete: true,
        hideCursor: true,
        // Ours are the signals: see interrupt.ts.
        gracefulExit: false,
      });
      bar.start(progress.total ?? 0, progress.done, { step: progress });
      this.#shown = { bar, phase: progress.phase };
    }
    if (progress.total !== undefined) this.#shown.bar.setTotal(progress.total);
    this.#shown.bar.update(progress.done, { step: progress });
  }
}

const BAR_WIDTH = 24;

function drawn(step: Progress, share: number): string {
  if (step.total === undefined) return describe(step);
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return `${oneLine(step.phase)}  ${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}  ${amount(step)}`;
}

function describe(step: Progress): string {
  return `${oneLine(step.phase)}: ${amount(step)}`;
}

function amount({ done, total, unit }: Progress): string {
  if (unit === 'bytes') {
    return total === undefined ? `${megabytes(done)} MB` : `${megabytes(done)} of ${megabytes(total)} MB`;
  }
  if (total === undefined) return `${done} ${unit}`;
  return `${done} of ${total} ${total === 1 ? unit.replace(/^(\w+)s\b/, '$1') : unit}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
}
