/** `layers`: what every layer holds at every position, in one reading: what the Layers panel shows. */
import type { LayersResult } from '../../protocol/readingTypes.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { TOP_OPTION, listOption, numberOption, steerChoice, textOption } from '../options.ts';
import type { SteerChoice } from '../../protocol/engineService.ts';
import type { Output } from '../output.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';
import { tokenName } from '../topLogits.ts';

interface Flags extends TextFlags {
  readonly last?: number;
  readonly top: number;
  readonly direction?: string;
  readonly steer: readonly SteerChoice[];
}

export const layersVerb = defineVerb<Flags>({
  name: 'layers',
  summary: 'What every layer holds at every position: norm, change, and the logit lens with its entropy and divergence',
  examples: [`--file main.py --last 64 --direction cpp`],
  options: [
    ...textOptions(),
    numberOption('--last <n>', field.last, 'read only the last positions'),
    TOP_OPTION(),
    textOption('--direction <name>', field.someText, 'an artefact to compare the streams with'),
    listOption('--steer <name[=strength]>', 'read the steered model', steerChoice),
  ],
  async run(options, cli) {
    const { last, top, direction, steer } = options;
    const params = {
      ...(await readTextParams(options)),
      top,
      ...(last === undefined ? {} : { last }),
      ...(direction === undefined ? {} : { direction }),
      ...(steer.length === 0 ? {} : { steer }),
    };
    const read = await withModel(cli, options, ({ engine, calls }) => engine.layers(params, calls));
    if (options.json) cli.output.json(read);
    else print(read, cli.output);
  },
});

/** A row a layer, for the last position. JSON has them all. */
function print({ ids, first, layers, measures, top, pieces }: LayersResult, output: Output): void {
  const position = ids.length - 1;
  const at = (position - first) * layers;
  const { norm, change, entropy, divergence, cosine } = measures;
  const rows = Array.from({ length: layers }, (_, layer) => {
    const i = at + layer;
    const figures = [norm, change, entropy, divergence, ...(cosine ? [cosine] : [])].map((values) => figure(values[i]));
    return [String(layer), ...figures, nextToken(top[i]?.[0], pieces)];
  });
  const heads = ['layer', '|h|', 'change', 'entropy', 'KL to final', ...(cosine ? ['cosine'] : []), 'next token'];
  output.lines(
    output.bold(
      `By layer, after ${tokenName(ids[position] ?? 0, pieces)} (position ${position}); entropy and KL in nats`,
    ),
    ...table(
      [heads, ...rows],
      heads.map((_, i) => (i === heads.length - 1 ? 'left' : 'right')),
    ),
  );
}

/** The likeliest token with its probability; nothing where the stream has overflowed. */
function nextToken(best: readonly [number, number] | undefined, pieces: LayersResult['pieces']): string {
  return best ? `${tokenName(best[0], pieces)} ${(best[1] * 100).toFixed(0)}%` : '';
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : value.toPrecision(3);
}
