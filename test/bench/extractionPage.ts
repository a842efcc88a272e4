/** What `npm run bench:extraction` measured, as a page. */
import { median } from '../../src/core/stats/quantiles.ts';
import type { ExtractionTurn } from './extractionJob.ts';
import { describeMachine, type Machine } from './machine.ts';

/** Ours; the peer that is stopped after the last block asked for; the peer that runs the whole model. */
export type SideName = 'ours' | 'cut' | 'whole';
export const SIDES: readonly SideName[] = ['ours', 'cut', 'whole'];

/** One batch size and number of layers, with the turns of all sides. */
export interface Case {
  readonly batch: number;
  readonly layers: number;
  readonly turns: readonly Readonly<Record<SideName, ExtractionTurn>>[];
}

export interface ExtractionReport {
  readonly machine: Machine;
  /** What else ran on the machine. */
  readonly note: string;
  readonly threads: number;
  readonly torch: string;
  /** Tokens of a prompt. */
  readonly length: number;
  /** The largest difference from the peer's values, as a part of the layer's largest. */
  readonly difference: number;
  readonly cases: readonly Case[];
}

/** The fewest prompts of one turn of one side. */
const LEAST_TURN = 8;

export function turnOf(batch: number): number {
  return Math.max(LEAST_TURN, batch);
}

type Time = 'wallMs' | 'cpuMs';

function msPerPrompt({ batch, turns }: Case, side: SideName, time: Time): number {
  return median(turns.map((turn) => turn[side][time] / turnOf(batch)));
}

/** Of the turns of one moment, the peer's time over ours: median and range. */
function ratio({ turns }: Case, peer: SideName, time: Time): string {
  const ratios = turns.map((turn) => turn[peer][time] / turn.ours[time]);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

export function extractionPage({ machine, note, threads, torch, length, difference, cases }: ExtractionReport): string {
  const rows = cases.map((one) => {
    const times = SIDES.map(
      (side) => `${msPerPrompt(one, side, 'cpuMs').toFixed(0)} (${msPerPrompt(one, side, 'wallMs').toFixed(0)})`,
    );
    const ratios = (['cpuMs', 'wallMs'] as const).flatMap((time) => [
      ratio(one, 'cut', time),
      ratio(one, 'whole', time),
    ]);
    return `| ${[one.batch, one.layers, one.turns.length * turnOf(one.batch), ...times, ...ratios].join(' | ')} |`;
  });
  const twice = (peer: SideName): string => {
    const fast = cases.filter((one) => median(one.turns.map((turn) => turn[peer].cpuMs / turn.ours.cpuMs)) >= 2);
    return `${fast.length} of ${cases.length} rows`;
  };
  return `# Extraction

${describeMachine(machine)} ${note}
\`npm run bench:extraction\`, PyTorch ${torch}, ${threads === 1 ? 'one thread' : `${threads} threads`} each. The residual streams of prompts of ${length} tokens by the default model, in exact precision; PyTorch in float32 on the same weights, dequantised.
Some prompts of each side in turn, ${cases[0].turns.length} turns of each row. Times are ms for a prompt, medians: processor time of all threads, with time by the clock in brackets. A ratio is of one turn, PyTorch over Steerscope, its median and range: above 1 is to our favour.

- **hooks**: forward hooks of a model that runs as it is called, to the logits of all positions, however few layers are asked for.
- **cut**: the same hooks where the caller stops the model by hand after the last block asked for, so that nothing is computed that Steerscope does not compute.

| batch | layers | prompts | Steerscope | cut | hooks | processor time to cut | to hooks | clock to cut | to hooks |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

Twice the speed of PyTorch, by processor time, is reached against hooks in ${twice('whole')}, against cut in ${twice('cut')}. What decides is what is not computed; both multiply by the same matrices in float32, with kernels of about one speed.
${shorterRequests(cases)}
Prompts of unequal length run with others of about their length (to a multiple of 32 tokens, filled up at the end, where no token looks): see \`core/sae/corpus/windows.ts\`.
The largest difference between the values of both is ${difference.toExponential(1)} of the largest value of a layer (16 values of the last position of each turn's first prompt, at each layer).
Every turn is in [extraction.json](extraction.json).
`;
}

/** How much quicker a request of fewer layers is, by batch size. */
function shorterRequests(cases: readonly Case[]): string {
  const ratios = [...new Set(cases.map(({ batch }) => batch))].map((batch) => {
    const [all, fewer] = cases.filter((one) => one.batch === batch);
    return `${(msPerPrompt(all, 'ours', 'cpuMs') / msPerPrompt(fewer, 'ours', 'cpuMs')).toFixed(2)} times at batch ${batch}`;
  });
  const [all, fewer] = cases;
  return `A request of ${fewer.layers} layers takes less processor time than one of ${all.layers}, since its graph ends at its last hook: ${ratios.join(', ')}.`;
}
