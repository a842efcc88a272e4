/** Published figures: measured series, what they are held to, and how they are written down. */
import { median } from '../../src/core/stats/quantiles.ts';
import { describeMachine, type Machine } from './machine.ts';

export interface Series {
  readonly name: string;
  /** Every run, in the order measured. */
  readonly runs: readonly number[];
}

/** A bound on the median of the first series, or on its ratio to the second. */
export interface Bound {
  readonly of: 'value' | 'ratio';
  readonly is: 'at least' | 'at most';
  readonly bound: number;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Ours first. */
  readonly series: readonly Series[];
  /** True where the other series are parts of the first, not something to compare it to. */
  readonly isSum?: boolean;
  readonly bounds?: readonly Bound[];
  /** What a reader must know to read it: what was run, and how. */
  readonly note: string;
}

export interface Report {
  readonly machine: Machine;
  readonly command: string;
  /** The file with every run, beside the page. */
  readonly file: string;
  readonly figures: readonly Figure[];
}

/** Runs each measurement in turn, `runs` times over and backwards every other time, so that none has the better hour. */
export async function alternate(
  runs: number,
  measurements: Readonly<Record<string, () => Promise<number>>>,
): Promise<Series[]> {
  const entries = Object.entries(measurements).map(([name, measure]) => ({ name, measure, runs: [] as number[] }));
  for (const { measure } of entries) await measure(); // a first run warms caches, and counts for nothing
  for (let run = 0; run < runs; run++)
    for (const entry of run % 2 === 0 ? entries : entries.toReversed()) entry.runs.push(await entry.measure());
  return entries.map(({ name, runs: measured }) => ({ name, runs: measured }));
}

/** The first median over the second; null where there is nothing to compare. */
export function ratioOf({ series: [first, second], isSum = false }: Figure): number | null {
  return second === undefined || isSum ? null : median(first.runs) / median(second.runs);
}

export function holds(figure: Figure, { of, is, bound }: Bound): boolean {
  const value = of === 'value' ? median(figure.series[0].runs) : (ratioOf(figure) ?? NaN);
  return is === 'at least' ? value >= bound : value <= bound;
}

/** The figures with their medians, as they are kept for other programs. */
export function reportJson({ machine, command, figures }: Report): string {
  const withMedians = figures.map((figure) => ({
    ...figure,
    series: figure.series.map((series) => ({ ...series, median: median(series.runs) })),
    ratio: ratioOf(figure),
    holds: (figure.bounds ?? []).every((bound) => holds(figure, bound)),
  }));
  return `${JSON.stringify({ machine, command, figures: withMedians }, null, 2)}\n`;
}

/** The figures as a page. */
export function reportMarkdown({ machine, command, file, figures }: Report): string {
  const rows = figures.flatMap((figure) => {
    const ratio = ratioOf(figure);
    return figure.series.map((series, i) => {
      const first = i === 0;
      const held = (figure.bounds ?? []).map((bound) => describeBound(figure, bound)).join('; ');
      const spread = `${short(Math.min(...series.runs))} to ${short(Math.max(...series.runs))}`;
      const cells = [
        first ? figure.title : '',
        series.name,
        `${short(median(series.runs))} ${figure.unit}`,
        `${spread} (${series.runs.length})`,
        first && ratio !== null ? ratio.toFixed(3) : '',
        first ? held : '',
      ];
      return `| ${cells.join(' | ')} |`;
    });
  });
  const notes = figures.map(({ title, note }) => `- **${title}**: ${note}`);
  return `# Figures

${describeMachine(machine)} Made by \`${command}\`; every run is in \`${file}\`.
What is compared was measured in turn, in one run. Ratios are of medians, the first row over the second.

| what | of | median | range (runs) | ratio | held to |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${notes.join('\n')}
`;
}

function describeBound(figure: Figure, bound: Bound): string {
  const subject = bound.of === 'ratio' ? 'ratio ' : '';
  return `${subject}${bound.is} ${bound.bound}: ${holds(figure, bound) ? 'met' : '**not met**'}`;
}

/** Three digits: more are noise. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
