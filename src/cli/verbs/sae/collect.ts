/** `sae collect`: activations of a corpus at one hook, into a folder that autoencoders are trained from. */
import { Option } from 'commander';
import path from 'node:path';
import { UsageError } from '../../../core/errors.ts';
import { STORE_DTYPES, type StoreDtype } from '../../../core/sae/activationManifest.ts';
import * as field from '../../../protocol/fields.ts';
import type { SaeCollectParams, SaeCollectResult } from '../../../protocol/saeCollectTypes.ts';
import { defineVerb } from '../../cli.ts';
import { numberOption, requiredText, textOption } from '../../options.ts';
import type { Output } from '../../output.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';
import { table } from '../../table.ts';
import { TourProgress } from '../../tour/progress.ts';

interface Flags {
  readonly hook: string;
  readonly layer: number;
  readonly corpus?: string;
  readonly written: boolean;
  readonly out: string;
  readonly tokens: number;
  readonly dtype: StoreDtype;
  readonly memory: number;
  readonly window: number;
  readonly batch: number;
}

export const collectVerb = defineVerb<Flags>({
  name: 'collect',
  summary: 'Collect the activations of a corpus at one hook, to train an autoencoder on',
  examples: [
    '--layer 16 --corpus ~/code --out acts --tokens 1000000',
    '--layer 16 --written --out acts --tokens 100000',
  ],
  details:
    'Source files in languages that are known; what a .gitignore names, copies, minified, generated and binary files are\n' +
    'left out, and counted. A tenth of each language is held out, by packages: the first folders below the corpus. Left out\n' +
    'on purpose are the first position of each window and those with more than 10 times the median norm. What is broken off\n' +
    'goes on when it is called again in the same words.',
  options: [
    numberOption('--layer <n>', field.index, 'the block').makeOptionMandatory(),
    textOption('--hook <hook>', field.someText, 'the place in it: resid_post, mlp_out, attn.hook_z').default(
      'resid_post',
    ),
    textOption('--corpus <folder>', field.someText, 'a folder of source files'),
    new Option('--written', 'what the model writes itself, in place of files').default(false),
    requiredText('--out <folder>', field.someText, 'the folder to collect into; new, or one to go on with'),
    numberOption('--tokens <n>', field.corpusTokens, 'how many tokens to run, at the most; 1000 or more').default(
      1_000_000,
    ),
    new Option('--dtype <dtype>', 'how activations are kept').choices(STORE_DTYPES).default('float16'),
    numberOption(
      '--memory <MB>',
      field.megabytes,
      'what activations may take in memory until they are written; twice the batch at least',
    ).default(256),
    numberOption('--window <n>', field.maxTokens, 'tokens that are run as one text, 16 or more').default(256),
    numberOption('--batch <n>', field.batch, 'texts that are run together').default(4),
  ],
  async run(options, cli) {
    const { hook, layer, tokens, dtype, memory, seed, window, batch } = options;
    const out = path.resolve(options.out);
    const params: SaeCollectParams = {
      ...{ hook, layer, tokens, dtype, seed, window, batch, out },
      corpus: corpusOf(options),
      memoryBytes: memory * 1e6,
    };
    const result = await withModel(cli, options, ({ engine, calls, progress }) => {
      const { update } = new TourProgress(progress.update);
      return engine.saeCollect(params, { ...calls, onEvent: update });
    });
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function corpusOf({ corpus, written }: Flags): SaeCollectParams['corpus'] {
  if ((corpus === undefined) !== written)
    throw new UsageError(
      'bad-corpus',
      written ? '--corpus and --written are two corpora' : 'there is no corpus',
      'Give either --corpus FOLDER or --written.',
    );
  return corpus === undefined ? { kind: 'written' } : { kind: 'folder', folder: path.resolve(corpus) };
}

function print(result: SaeCollectResult, output: Output): void {
  const { languages, leftOut, excluded, rows, run } = result;
  const counted = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const rate = run.tokens === 0 ? 'all of it was there' : `${Math.round(run.tokens / (run.ms / 1000))} tokens/s`;
  output.lines(
    ...table(
      [
        ['language', 'rows', 'held out'],
        ...Object.entries(languages).map(([name, { train, heldOut }]) => [plain(name), String(train), String(heldOut)]),
        ['all', String(rows.train), String(rows.heldOut)],
      ],
      ['left', 'right', 'right'],
    ),
    '',
    `${result.files} files, ${result.tokens} tokens; left out: ${counted.join(', ') || 'nothing'}`,
    `Held out by ${result.splitBy}: ${Object.keys(result.packages).length} packages in all`,
    `Positions left out: ${excluded.first} first ones, ${excluded.massive} of a norm over ${excluded.threshold.toPrecision(4)}`,
    `Mean norm ${result.meanNorm.toPrecision(4)}, median ${result.medianNorm.toPrecision(4)}`,
    `${plain(result.folder)}: ${megabytes(result.bytes)} MB; ${megabytes(result.bufferBytes)} MB of buffers; ${rate}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
}
