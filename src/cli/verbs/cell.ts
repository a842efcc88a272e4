/** `cell`: one position in one layer, taken apart: where each head looks, and what the busiest neurons write. */
import type { CellReading } from '../../protocol/readingTypes.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { TOP_OPTION, numberOption } from '../options.ts';
import type { Output } from '../output.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';
import { topCells } from '../topLogits.ts';

interface Flags extends TextFlags {
  readonly layer: number;
  readonly position: number;
  readonly neurons: number;
  readonly top: number;
}

export const cellVerb = defineVerb<Flags>({
  name: 'cell',
  summary: 'One position in one layer: where each head looks, and what its busiest neurons write',
  examples: [`--text 'import numpy as' --layer 20 --position -1 --neurons 5`],
  options: [
    ...textOptions(),
    numberOption('--layer <n>', field.index, 'the layer, from 0').makeOptionMandatory(),
    numberOption('--position <n>', field.position, 'the token, from 0, or from the end with negative numbers').default(
      -1,
    ),
    numberOption('--neurons <n>', field.top, 'how many neurons').default(8),
    TOP_OPTION(),
  ],
  async run(options, cli) {
    const { layer, position, neurons, top } = options;
    const params = { ...(await readTextParams(options)), layer, position, neurons, top };
    const cell = await withModel(cli, options, ({ engine, calls }) => engine.cell(params, calls));
    if (options.json) cli.output.json(cell);
    else print(cell, cli.output);
  },
});

function print({ layer, position, attention, neurons, pieces }: CellReading, output: Output): void {
  const heads = attention.map((row, head) => {
    const key = row.reduce((best, weight, i) => (weight > (row[best] ?? 0) ? i : best), 0);
    return [`head ${head}`, `looks most at position ${key}`, `${((row[key] ?? 0) * 100).toFixed(0)}%`];
  });
  const rows = neurons.map(({ neuron, activation, contribution, promoted, suppressed }) => [
    `neuron ${neuron}`,
    activation.toFixed(3),
    contribution.toFixed(3),
    `+ ${topCells(promoted, pieces).join('  ')}`,
    `- ${topCells(suppressed, pieces).join('  ')}`,
  ]);
  output.lines(
    output.bold(`Layer ${layer}, position ${position}`),
    ...table(heads, ['left', 'left', 'right']),
    '',
    output.bold(
      'Neurons by what they add to the stream: activation, |what is added|, tokens made likelier and less likely',
    ),
    ...table(rows, ['left', 'right', 'right']),
  );
}
