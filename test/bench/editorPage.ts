/** The figures of the editor as they are written down: quantiles, and what they are held to. */
import { quantile } from '../../src/core/stats/quantiles.ts';
import { short } from './figures.ts';
import { describeMachine, type Machine } from './machine.ts';

export interface EditorFigure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Every run, in the order measured. */
  readonly runs: readonly number[];
  /** What it is held to: no more than that, in `unit`. */
  readonly bounds: { readonly p50?: number; readonly p95?: number; readonly max?: number };
  /** What a reader must know to read it. */
  readonly note: string;
}

const QUANTILES = { p50: 0.5, p95: 0.95, max: 1 } as const;
const NAMES = ['p50', 'p95', 'max'] as const;

export interface EditorReport {
  readonly machine: Machine;
  readonly command: string;
  readonly figures: readonly EditorFigure[];
}

export function editorJson({ machine, command, figures }: EditorReport): string {
  const withQuantiles = figures.map((figure) => ({
    ...figure,
    ...Object.fromEntries(NAMES.map((name) => [name, quantile(figure.runs, QUANTILES[name])])),
  }));
  return `${JSON.stringify({ machine, command, figures: withQuantiles }, null, 2)}\n`;
}

export function editorMarkdown({ machine, command, figures }: EditorReport): string {
  const rows = figures.map(({ title, unit, runs, bounds }) => {
    const values = NAMES.map((name) => `${short(quantile(runs, QUANTILES[name]))} ${unit}`);
    const held = NAMES.flatMap((name) => {
      const bound = bounds[name];
      if (bound === undefined) return [];
      return [`${name} at most ${bound} ${unit}: ${quantile(runs, QUANTILES[name]) <= bound ? 'met' : '**not met**'}`];
    });
    return `| ${[title, ...values, runs.length, held.join('; ')].join(' | ')} |`;
  });
  const notes = figures.map(({ title, note }) => `- **${title}**: ${note}`);
  return `# Figures of the editor

${describeMachine(machine)} Made by \`${command}\`; every run is in \`editor.json\`. VS Code is the one of the tests,
in a browser on the same machine, which takes its share of the processors.

| what | p50 | p95 | most | runs | held to |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${notes.join('\n')}
`;
}
