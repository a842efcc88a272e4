/** `lens`: what every layer would say next, were it the last (the logit lens). */
import type { LensResult } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { TOP_OPTION, textOption } from '../options.ts';
import type { Output } from '../output.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';
import { tokenName, topCells } from '../topLogits.ts';

interface Flags extends TextFlags {
  readonly layers: string;
  readonly top: number;
}

export const lensVerb = defineVerb<Flags>({
  name: 'lens',
  summary: 'The likeliest next tokens as every layer sees them (the logit lens)',
  examples: [`--text 'import numpy as' --layers 0,10,20-29 --top 3`],
  options: [
    ...textOptions(),
    textOption('--layers <layers>', field.layers, 'all, or a list such as 0,5,10-20').default('all'),
    TOP_OPTION(),
  ],
  async run(options, cli) {
    const params = { ...(await readTextParams(options)), layers: options.layers, top: options.top };
    const lens = await withModel(cli, options, ({ engine, calls }) => engine.lens(params, calls));
    if (options.json) cli.output.json({ ids: lens.ids, layers: lens.layers });
    else print(lens, cli.output);
  },
});

/** A row a layer, for the last position: the one whose next token is not in the text. JSON has them all. */
function print({ ids, layers, pieces }: LensResult, output: Output): void {
  const last = ids.length - 1;
  const rows = layers.map(({ layer, top }) => [String(layer), ...topCells(top[last] ?? [], pieces)]);
  output.lines(
    output.bold(`By layer, the likeliest tokens after ${tokenName(ids[last] ?? 0, pieces)} (position ${last})`),
    ...table(rows, ['right']),
  );
}
