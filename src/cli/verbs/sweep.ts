/** `sweep`: the same intervention at every layer and position in turn. */
import { UsageError } from '../../core/errors.ts';
import type { SweepResult, SweepWindow } from '../../protocol/interventionTypes.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { interventionOptions, readIntervention, type InterventionFlags } from '../interventionOptions.ts';
import { numberOption, textOption } from '../options.ts';
import type { Output } from '../output.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { tokenName } from '../topLogits.ts';

interface Flags extends InterventionFlags {
  readonly layers: string;
  readonly last?: number;
  readonly from?: number;
  readonly to?: number;
}

export const sweepVerb = defineVerb<Flags>({
  name: 'sweep',
  summary: 'The same intervention at every layer and position, with the effect of each',
  examples: [`--text 'The capital of France is' --source 'The capital of Italy is' --layers 0,5,10-20 --last 4`],
  details:
    'One run of the text for each layer and position. With --source each position gets the value of the source at the same\n' +
    'distance from the end, and the effect is the logit difference recovered: 0 as the text is, 1 as the source is. Otherwise\n' +
    'it is KL(changed || original) in nats.',
  options: [
    ...interventionOptions(),
    textOption('--layers <layers>', field.layers, 'all, or a list such as 0,5,10-20').default('all'),
    numberOption('--last <n>', field.last, 'only the last so many positions'),
    numberOption('--from <n>', field.position, 'the first position'),
    numberOption('--to <n>', field.position, 'the last position'),
  ],
  async run(options, cli) {
    const window = windowOf(options);
    const params = {
      ...(await readIntervention(options)),
      layers: options.layers,
      ...(window === undefined ? {} : { window }),
    };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.sweep(params, calls));
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function windowOf({ last, from, to }: Flags): SweepWindow | undefined {
  const isRange = from !== undefined || to !== undefined;
  if (last !== undefined && isRange)
    throw new UsageError('conflicting-options', '--last and --from or --to exclude each other', 'Give one of them.');
  if (last !== undefined) return { last };
  return isRange ? { from: from ?? 0, to: to ?? -1 } : undefined;
}

/** A row a position, a column a layer. */
function print({ ids, pieces, positions, layers, kl, recovered, tokens }: SweepResult, output: Output): void {
  const grid = recovered ?? kl;
  const [first, second] = tokens.map((id) => tokenName(id, pieces));
  const head = recovered ? `Recovered of the logit difference ${first} - ${second}` : 'KL(changed || original), nats';
  const rows = positions.map((position, column) => [
    String(position),
    tokenName(ids[position] ?? 0, pieces),
    ...grid.map((row) => row[column]?.toFixed(2) ?? '-'),
  ]);
  output.lines(
    output.bold(`${head}, by position and layer`),
    ...table([['', 'layer', ...layers.map(String)], ...rows], ['right', 'left', ...layers.map(() => 'right' as const)]),
  );
}
