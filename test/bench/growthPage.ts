/** What `npm run bench:growth` measured, as a page. */
import type { Cost, Curve } from './growthCurves.ts';
import type { Memories } from './growthMemory.ts';
import { MEMORY_PROMPT } from './growthMemory.ts';
import { fitLine, fitPower } from './lineFit.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { Memory } from './memoryOf.ts';
import { multipliedParameters, type Shape } from './randomModel.ts';

export interface MeasuredCurve extends Omit<Curve, 'points'> {
  readonly points: readonly (Cost & { readonly x: number })[];
}

export interface MeasuredSize {
  readonly shape: Shape;
  readonly rounds: number;
  readonly fileBytes: number;
  readonly decode: Cost;
  readonly prefill: Cost;
  readonly memory: Memories;
}

export interface Growth {
  readonly machine: Machine;
  /** What else ran on the machine. */
  readonly note: string;
  readonly threads: number;
  readonly rounds: number;
  readonly curves: readonly MeasuredCurve[];
  readonly sizes: readonly MeasuredSize[];
}

export function growthPage({ machine, note, threads, rounds, curves, sizes }: Growth): string {
  return `# Growth

${describeMachine(machine)} ${note}
\`npm run bench:growth\`: fast precision, ${threads === 1 ? 'one thread' : `${threads} threads`}, models of random Q4_0 weights. Medians of ${rounds} rounds over the points of a curve, forwards and backwards.
Times are processor time of all threads, ms, with time by the clock in brackets; lines are fitted to processor time, which other work on the machine lengthens least. A straight line says what one more costs, a power the exponent of x.

| what | by | at: ms | fitted |
| --- | --- | --- | --- |
${curves.map(curveRow).join('\n')}

${curves.map(({ title, reason }) => `- **${title}**: ${reason}`).join('\n')}

Without a name to it, the model of a curve has 24 layers of width 576 (the default model's, MLP 1536, 9 heads on 3) and 49,152 tokens; those of the widths have 8 layers, MLPs three times as wide, and 4,096 tokens.
${sizes.length === 0 ? '' : sizesTable(sizes)}
Every median is in [growth.json](growth.json).
`;
}

function curveRow({ title, x, points, fit }: MeasuredCurve): string {
  const xs = points.map((point) => point.x);
  const ys = points.map(({ cpuMs }) => cpuMs);
  const cells = points.map(({ x: at, cpuMs, wallMs }) => `${at}: ${short(cpuMs)} (${short(wallMs)})`).join(', ');
  const { slope, intercept, r2 } = fit === 'line' ? fitLine(xs, ys) : fitPower(xs, ys);
  const line = fit === 'line' ? `${short(intercept)} + ${short(slope)} x` : `x^${slope.toFixed(2)}`;
  return `| ${title} | ${x} | ${cells} | ${line}, R² ${r2.toFixed(3)} |`;
}

function sizesTable(sizes: readonly MeasuredSize[]): string {
  const parameters = sizes.map(({ shape }) => multipliedParameters(shape) / 1e6);
  const power = (of: (size: MeasuredSize) => number): string => {
    const { slope, r2 } = fitPower(parameters, sizes.map(of));
    return `x^${slope.toFixed(2)}, R² ${r2.toFixed(3)}`;
  };
  const time = ({ cpuMs, wallMs }: Cost): string => `${short(cpuMs)} (${short(wallMs)})`;
  const held = (memory: Memory | null): string =>
    memory === null ? 'not measured' : `${memory.total.toFixed(0)} (${memory.anonymous.toFixed(0)})`;
  const rows = sizes.map(({ shape, fileBytes, decode, prefill, memory }, i) => {
    const described = `${shape.layers} x ${shape.dModel}, MLP ${shape.dMlp}, ${shape.heads} heads on ${shape.kvHeads}`;
    const cells = [
      shape.name,
      described,
      parameters[i].toFixed(0),
      (fileBytes / 1e6).toFixed(0),
      time(decode),
      time(prefill),
    ];
    const ratio = memory.ours && memory.peer ? (memory.ours.total / memory.peer.total).toFixed(2) : '';
    return `| ${[...cells, held(memory.ours), held(memory.peer), ratio].join(' | ')} |`;
  });
  return `
## Sizes

| shape | layers x width | parameters multiplied by, M | file, MB | decode, ms a token | prefill of 64 tokens, ms | memory, MB | llama.cpp's | ratio |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

By parameters, decode grows with ${power(({ decode }) => decode.cpuMs)}, prefill with ${power(({ prefill }) => prefill.cpuMs)}: each parameter is read, or multiplied by, once for a token, and what does not grow with them weighs less in larger models. Medians of ${sizes[0].rounds} rounds.
Memory is what is resident after a prompt of ${MEMORY_PROMPT} tokens in a process of its own (in brackets: of it its own, the rest is mapped from files), beside node-llama-cpp on the same file. It grows with the weights, of which the runtime makes a copy in the layout of its kernels.
`;
}

/** Three digits: more are noise. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
