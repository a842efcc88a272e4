/** `sae eval`: what an autoencoder is worth on text that it was not trained on. */
import type { SaeEvalResult } from '../../../protocol/saeTypes.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { numberOption, requiredText } from '../../options.ts';
import type { Output } from '../../output.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';
import { bar, interval, table } from '../../table.ts';
import { readTextFiles } from '../../textFiles.ts';

interface Flags {
  readonly texts: string;
  readonly window: number;
  readonly maxTokens: number;
}

export const evalVerb = defineVerb<Flags>({
  name: 'eval',
  summary: 'How good a sparse autoencoder is on text that it was not trained on',
  operand: 'name',
  examples: ['code --texts held-out', 'code --texts main.cpp --max-tokens 4000 --json'],
  details:
    'Explained variance is 1 - sum |x - xHat|^2 / sum |x - mean|^2. Cross-entropy recovered is how much of what the mean in\n' +
    'place of the activations loses is not lost with the reconstruction. Intervals are over files, drawn again.\n' +
    'The first token of each window, and massive activations, keep their own value and count in no figure.',
  options: [
    requiredText('--texts <path>', field.someText, 'a file, or a folder whose files are all read'),
    numberOption('--window <n>', field.maxTokens, 'tokens that are run together').default(256),
    numberOption('--max-tokens <n>', field.maxTokens, 'about how many tokens are read').default(16_384),
  ],
  async run(options, cli, name) {
    const { texts, skipped } = await readTextFiles(options.texts);
    if (skipped > 0) cli.output.note(`note: ${skipped} files hold no text and are left out`);
    const { window, maxTokens, seed } = options;
    const result = await withModel(cli, options, ({ engine, calls }) =>
      engine.saeEval({ name, texts, window, maxTokens, seed }, calls),
    );
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

const BAR_WIDTH = 30;

function print(result: SaeEvalResult, output: Output): void {
  const { crossEntropy: ce, density, excluded } = result;
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const rows = [
    [
      'autoencoder',
      `${result.name} at ${result.hook}: ${result.architecture}, ${result.dSae} features of ${result.dIn}`,
    ],
    ['on', `${result.rows} activations of ${result.documents} texts`],
    ['left alone', `${excluded.first} first positions, ${excluded.massive} massive ones`],
    ['L0', `${interval(result.l0)}, median ${result.l0Median}, 5% to 95%: ${result.l0Quantiles.join(' to ')}`],
    ['explained variance', interval(result.explainedVariance)],
    ['cross-entropy recovered', `${interval(result.ceRecovered)} against the mean`],
    ['', `${interval(result.ceRecoveredFromZero)} against zeros`],
    ['cross-entropy', `${ce.clean.toFixed(3)} as it is, ${ce.spliced.toFixed(3)} with the reconstruction`],
    ['', `${ce.meanAblated.toFixed(3)} with the mean, ${ce.zeroAblated.toFixed(3)} with zeros; nats a token`],
    ['never active', `${percent(density.dead)} of the features`],
    [
      'dense',
      `${percent(density.dense[0])} active more than 1% of the time, ${percent(density.dense[1])} more than 10%`,
    ],
    ['effective features', `${result.effectiveFeatures.toFixed(0)}, superposition ${result.superposition.toFixed(2)}`],
  ];
  const most = Math.max(1, ...density.histogram.map(({ features }) => features));
  const first = density.histogram.findIndex(({ features }) => features > 0);
  const bins = density.histogram
    .slice(Math.max(0, first))
    .map(({ from, to, features }) => [`${from} to ${to}`, bar(features / most, BAR_WIDTH), String(features)]);
  output.lines(
    ...table(rows.map((row) => row.map(plain))),
    '',
    output.bold('Features by the logarithm (to 10) of how often they are active'),
    ...table([['log10', '', 'features'], ...bins], ['left', 'left', 'right']),
  );
  for (const note of result.notes) output.note(`note: ${plain(note)}`);
}
