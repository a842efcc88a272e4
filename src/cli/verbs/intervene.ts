/** `intervene`: a value inside of a run is changed, and the output looked at. */
import type { InterveneResult, TokenOdds } from '../../protocol/interventionTypes.ts';
import { MOST_CONTINUED } from '../../protocol/interventionTypes.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { interventionOptions, readIntervention, type InterventionFlags } from '../interventionOptions.ts';
import { TOP_OPTION, numberOption } from '../options.ts';
import type { Output } from '../output.ts';
import { quotedPiece } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { tokenName } from '../topLogits.ts';

interface Flags extends InterventionFlags {
  readonly layer: number;
  readonly position: number;
  readonly sourcePosition?: number;
  readonly top: number;
  readonly continue: number;
}

export const interveneVerb = defineVerb<Flags>({
  name: 'intervene',
  summary: 'Ablates, scales or patches one value inside of a run, and says what the output becomes',
  examples: [
    `--text 'def f(x):' --hook z --index 3 --layer 20 --position -1 --zero`,
    `--text 'The capital of France is' --source 'The capital of Italy is' --layer 15 --position 3`,
  ],
  details:
    'Positions and layers count from 0, positions also from the end with -1. Without --source-position the value of the\n' +
    'source comes from the same distance from its end. For each token of --continue the whole text is run again.',
  options: [
    ...interventionOptions(),
    numberOption('--layer <n>', field.index, 'the layer').makeOptionMandatory(),
    numberOption('--position <n>', field.position, 'the position of the token').default(-1),
    numberOption('--source-position <n>', field.position, 'the position in the text of --source'),
    TOP_OPTION(),
    numberOption('--continue <n>', field.continued, `tokens to go on with, at most ${MOST_CONTINUED}`).default(0),
  ],
  async run(options, cli) {
    const { layer, position, sourcePosition, top } = options;
    const params = {
      ...(await readIntervention(options)),
      ...{ layer, position, top, continued: options.continue },
      ...(sourcePosition === undefined ? {} : { sourcePosition }),
    };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.intervene(params, calls));
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function print(result: InterveneResult, output: Output): void {
  const { hook, index, position, ids, pieces, next, kl, tokens, difference, norm, continuation } = result;
  const part = index === undefined ? '' : `, ${result.site === 'z' ? 'head' : 'neuron'} ${index}`;
  const rows = next.map(({ id, original, changed }) => [tokenName(id, pieces), ...odds(original), ...odds(changed)]);
  const [first, second] = tokens.map((id) => tokenName(id, pieces));
  const { recovered, source } = difference;
  output.lines(
    output.bold(`${hook}${part} at ${tokenName(ids[position] ?? 0, pieces)} (position ${position})`),
    `norm ${norm.original.toFixed(2)}, changed ${norm.changed.toFixed(2)}`,
    ...table([['next token', 'logit', 'p', 'changed', 'p'], ...rows], ['left', 'right', 'right', 'right', 'right']),
    `KL(changed || original) ${kl.toFixed(4)} nats`,
    `logit difference ${first} - ${second}: ${difference.original.toFixed(3)}, changed ${difference.changed.toFixed(3)}` +
      (source === undefined ? '' : `, source ${source.toFixed(3)}`),
    ...(typeof recovered === 'number' ? [`recovered ${recovered.toFixed(3)}  (0 as the text, 1 as the source)`] : []),
  );
  if (continuation)
    output.lines(
      `original: ${quotedPiece(continuation.original.text)}`,
      `changed:  ${quotedPiece(continuation.changed.text)}`,
    );
}

function odds({ logit, probability }: TokenOdds): string[] {
  return [logit.toFixed(2), probability.toFixed(4)];
}
