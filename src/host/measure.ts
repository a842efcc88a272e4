/**
 * Figures of the extension host for `npm run bench:editor` and `npm run soak`, written to the log where the environment
 * variable STEERSCOPE_MEASURE is set, and nothing at all where it is not. It watches, and changes nothing.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** The event loop is asked so often; what comes later by so much was held up. */
const BEAT_MS = 5;
/** A line of the log for so long a stretch. */
const LINE_MS = 500;

/** One line of figures; the reader finds it by `measured `. */
export interface Measured {
  /** Milliseconds since 1970, when the stretch ended. */
  readonly atMs: number;
  /** The longest time in the stretch in which the event loop did nothing else, beyond what was asked for. */
  readonly gapMs: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

export function registerMeasure({ log }: Pick<Services, 'log'>): vscode.Disposable {
  if (!process.env['STEERSCOPE_MEASURE']) return new vscode.Disposable(() => undefined);
  let lastMs = performance.now();
  let gapMs = 0;
  const beat = setInterval(() => {
    const nowMs = performance.now();
    gapMs = Math.max(gapMs, nowMs - lastMs - BEAT_MS);
    lastMs = nowMs;
  }, BEAT_MS);
  const line = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    const measured: Measured = { atMs: Date.now(), gapMs, residentBytes: rss, heapBytes: heapUsed };
    log.info(`measured ${JSON.stringify(measured)}`);
    gapMs = 0;
  }, LINE_MS);
  return new vscode.Disposable(() => {
    clearInterval(beat);
    clearInterval(line);
  });
}
