/** `sae eval`: what an autoencoder is worth on text that it was not trained on. */
import path from 'node:path';
import { UsageError } from '../../../core/errors.ts';
import type { SpliceQuality } from '../../../core/sae/evaluation.ts';
import type { SaeEvalResult, SaeEvalSource } from '../../../protocol/saeTypes.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { exactlyOne, numberOption, textOption } from '../../options.ts';
import type { Output } from '../../output.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';
import { bar, interval, table } from '../../table.ts';
import { readTextFiles } from '../../textFiles.ts';

interface Flags {
  readonly activations?: string;
  readonly corpus?: string;
  readonly texts?: string;
  readonly rows?: number;
  readonly window: number;
  readonly maxTokens: number;
}

export const evalVerb = defineVerb<Flags>({
  name: 'eval',
  summary: 'How good a sparse autoencoder is on text that it was not trained on',
  operand: 'name',
  examples: ['code --activations acts', 'code --corpus ~/code', 'code --texts main.cpp --max-tokens 4000 --json'],
  details:
    'On collected activations no text is run, so that many are seen: dead and dense features are best told there. On text the\n' +
    'cross-entropy is measured besides: recovered is how much of what the mean in place of the activations loses is not lost with\n' +
    'the reconstruction. Explained variance is 1 - sum |x - xHat|^2 / sum |x - mean|^2. Intervals are over files, drawn again.\n' +
    'Of a corpus only packages are read that `sae collect` holds out, by the same rules, and as much of each language. The first\n' +
    'position of each window, and those with more than 10 times the median norm, keep their own value and count in no figure.',
  options: [
    textOption('--activations <folder>', field.someText, 'what sae collect made: its held-out part is read'),
    textOption(
      '--corpus <folder>',
      field.someText,
      'the corpus that it was trained on: its held-out packages are read',
    ),
    textOption('--texts <path>', field.someText, 'text that it was not trained on: a file, or all files of a folder'),
    numberOption('--rows <n>', field.count, 'about how many activations are read, at the most (default: all)'),
    numberOption('--window <n>', field.maxTokens, 'tokens of a text that are run together').default(256),
    numberOption('--max-tokens <n>', field.maxTokens, 'about how many tokens of text are read').default(16_384),
  ],
  async run(options, cli, name) {
    const { window, maxTokens, seed } = options;
    const on = await sourceOf(options, cli.output);
    const result = await withModel(cli, options, ({ engine, calls }) =>
      engine.saeEval({ name, on, window, maxTokens, seed }, calls),
    );
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

async function sourceOf({ activations, corpus, texts, rows }: Flags, output: Output): Promise<SaeEvalSource> {
  const { name, value } = exactlyOne({ '--activations': activations, '--corpus': corpus, '--texts': texts });
  if (rows !== undefined && name !== '--activations')
    throw new UsageError('conflicting-options', '--rows is for --activations', 'Of text, give --max-tokens.');
  const folder = path.resolve(value);
  if (name === '--activations') return { kind: 'activations', folder, ...(rows === undefined ? {} : { rows }) };
  if (name === '--corpus') return { kind: 'corpus', folder };
  const found = await readTextFiles(value);
  if (found.skipped > 0) output.note(`note: ${found.skipped} files hold no text and are left out`);
  return { kind: 'texts', texts: found.texts };
}

const BAR_WIDTH = 30;

function print(result: SaeEvalResult, output: Output): void {
  const { density, excluded } = result;
  const rows = [
    [
      'autoencoder',
      `${result.name} at ${result.hook}: ${result.architecture}, ${result.dSae} features of ${result.dIn}`,
    ],
    ['on', `${result.rows} activations of ${result.documents} files`],
    ['left alone', `${excluded.first} first positions, ${excluded.massive} massive ones`],
    ['L0', `${interval(result.l0)}, median ${result.l0Median}, 5% to 95%: ${result.l0Quantiles.join(' to ')}`],
    ['explained variance', interval(result.explainedVariance)],
    ...(result.splice ? spliceRows(result.splice) : []),
    ['never active', `${percent(density.dead)} of the features, in ${result.rows} activations`],
    ['', `one that is active more than once in ${Math.round(1 / density.deadBelow)} would most likely be seen`],
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

function spliceRows({ ceRecovered, ceRecoveredFromZero, crossEntropy: ce }: SpliceQuality): string[][] {
  return [
    ['cross-entropy recovered', `${interval(ceRecovered)} against the mean`],
    ['', `${interval(ceRecoveredFromZero)} against zeros`],
    ['cross-entropy', `${ce.clean.toFixed(3)} as it is, ${ce.spliced.toFixed(3)} with the reconstruction`],
    ['', `${ce.meanAblated.toFixed(3)} with the mean, ${ce.zeroAblated.toFixed(3)} with zeros; nats a token`],
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
