/** The soak runs as they are written down: series, drift, and what they are held to. Pure. */
import { quantile } from '../../src/core/stats/quantiles.ts';
import { describeMachine, type Machine } from '../bench/machine.ts';
import type { Cancelled } from './cancels.ts';
import { END, WARM_UP, drift, type MemorySample } from './memory.ts';
import type { Closed } from './windows.ts';

export interface SoakReport {
  readonly machine: Machine;
  /** The VS Code that was driven. */
  readonly vscode: string;
  readonly command: string;
  readonly asked: Readonly<Record<'cancels' | 'panels' | 'windows', number>>;
  readonly cancels: readonly Cancelled[];
  readonly panels: readonly MemorySample[];
  readonly windows: readonly Closed[];
  /** What ended it before its time. */
  readonly failure?: string;
}

/** What `npm run soak` does by itself; fewer is a shorter run, and the page says so. */
export const FULL_RUN = { cancels: 1000, panels: 200, windows: 50 } as const;

const MIB = 2 ** 20;
const MOST_DRIFT = 0.05;
const MOST_GONE_MS = 5000;

const SERIES = [
  ['engineBytes', 'engine, resident'],
  ['hostBytes', 'extension host, resident'],
  ['hostHeapBytes', 'extension host, heap'],
] as const;

/** Every sample, in MiB, so that the series can be drawn. */
export function soakJson({ cancels, panels, windows, ...about }: SoakReport): string {
  const kept = {
    ...about,
    cancels: { done: countCancelled(cancels), asked: cancels.length, ...memoryOf(cancels.map(({ memory }) => memory)) },
    panels: { done: panels.length, ...memoryOf(panels) },
    windows,
  };
  return `${JSON.stringify(kept)}\n`;
}

export function soakMarkdown(report: SoakReport): string {
  const { machine, vscode, command, asked, cancels, panels, windows, failure } = report;
  const cancelled = countCancelled(cancels);
  return `# The editor, used many times over

${describeMachine(machine)} ${vscode}, in Chromium on the same machine, driven by keys and clicks, with the packaged extension and the
default model. Command: \`${command}\`. Every sample is in the JSON file beside this page.
${failure === undefined ? '' : `\n**The run ended early**: ${failure}\n`}
| what | done | of this run | of a full run |
| --- | --- | --- | --- |
| completions called off by a key while the engine wrote them | ${cancelled} | ${asked.cancels} | ${FULL_RUN.cancels} |
| the panels in turn (bias with a past run, layers, probes, compare, intervene with a line of code) opened, and closed | ${panels.length} | ${asked.panels} | ${FULL_RUN.panels} |
| the window closed while the engine wrote | ${windows.length} | ${asked.windows} | ${FULL_RUN.windows} |

## Memory

Drift is the median of the last tenth against that of the first tenth, after a warm-up of ${percent(WARM_UP)} of the run that counts for nothing (each end is ${percent(END)} of what is
left). Held to: under ${percent(MOST_DRIFT)} in resident memory. The heap is what the garbage collector has not yet collected,
so it moves between two samples; it is shown, and held to nothing.

| during | of | first tenth | last tenth | drift | held to |
| --- | --- | --- | --- | --- | --- |
${[
  ...memoryRows(
    'cancels',
    cancels.map(({ memory }) => memory),
  ),
  ...memoryRows('panels', panels),
].join('\n')}

Of ${cancels.length} completions that were asked for, ${cancels.length - cancelled} were written to their end before the key came; they are not counted as called off.
After each cancel nothing was shown and nothing was written any more; a run in which the engine or the extension host ends, or a
second engine appears, stops there and says so above.

## Windows closed while the engine writes

${closedText(windows)}
`;
}

function closedText(windows: readonly Closed[]): string {
  if (windows.length === 0) return 'Not reached yet.';
  const times = windows.map(({ engineGoneMs }) => engineGoneMs);
  const late = times.filter((time) => time > MOST_GONE_MS).length;
  const seconds = (q: number): string => `${(quantile(times, q) / 1000).toFixed(2)} s`;
  const exits = windows.flatMap(({ abnormalExits }) => abnormalExits);
  const complaints = windows.flatMap((closed) => closed.complaints);
  return `From the end of the page to the end of its engine: median ${seconds(0.5)}, at most ${seconds(1)}; ${late} of ${times.length} took longer than ${MOST_GONE_MS / 1000} s. Every window completed before it was
closed, also after the one before it had been closed. Extension hosts that ended otherwise than with code 0: ${exits.length}.
Errors and warnings in the extension’s log: ${complaints.length}.
${[...exits, ...complaints].map((line) => `\n    ${line}`).join('')}`;
}

function memoryRows(during: string, samples: readonly MemorySample[]): string[] {
  return SERIES.map(([name, title]) => {
    const { first, last, drift: moved } = drift(samples.map((sample) => sample[name])) ?? {};
    const isHeld = name !== 'hostHeapBytes';
    const verdict = moved === undefined ? 'too few to say' : moved < MOST_DRIFT ? 'met' : '**not met**';
    const cells = [during, title, mebibytes(first), mebibytes(last), moved === undefined ? '' : percent(moved, 1)];
    return `| ${[...cells, isHeld ? verdict : ''].join(' | ')} |`;
  });
}

function memoryOf(samples: readonly MemorySample[]): Record<string, unknown> {
  const entries = SERIES.map(([name]) => {
    const series = samples.map((sample) => sample[name]);
    return [
      name.replace('Bytes', 'MiB'),
      { drift: drift(series)?.drift, samples: series.map((bytes) => round(bytes)) },
    ];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function countCancelled(cancels: readonly Cancelled[]): number {
  return cancels.filter(({ wasWriting }) => wasWriting).length;
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${round(bytes)} MiB`;
}

function round(bytes: number): number {
  return Math.round((bytes / MIB) * 10) / 10;
}

function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)}%`;
}
