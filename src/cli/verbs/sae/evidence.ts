/** `sae evidence`: looks at the features of an autoencoder on text, and keeps what was seen. */
import path from 'node:path';
import type { SaeEvidenceResult } from '../../../protocol/saeFeatureTypes.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { exactlyOne, numberOption, textOption } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';
import { table } from '../../table.ts';

interface Flags {
  readonly corpus?: string;
  readonly texts?: string;
  readonly tokens: number;
  readonly window: number;
  readonly contexts: number;
}

export const evidenceVerb = defineVerb<Flags>({
  name: 'evidence',
  summary:
    'Look at every feature on text that it was not trained on: where it is active, in which language, what it promotes',
  operand: 'name',
  examples: ['code --corpus ~/code', 'code --texts held-out --tokens 50000'],
  details:
    'Each language of the folder gets the same part of the tokens at most, in windows of its files, taken by --seed. Of a corpus\n' +
    'only packages are read that `sae collect` holds out, by the same rules. Left out are the first position of each window and\n' +
    'those with more than 10 times the median norm. What was known of the features before is replaced; labels of your own stay.',
  options: [
    textOption(
      '--corpus <folder>',
      field.someText,
      'the corpus that it was trained on: its held-out packages are read',
    ),
    textOption('--texts <folder>', field.someText, 'source files that it was not trained on, all of them'),
    numberOption('--tokens <n>', field.maxTokens, 'tokens to look at').default(200_000),
    numberOption('--window <n>', field.windowTokens, 'tokens of a window: languages are compared by windows').default(
      128,
    ),
    numberOption('--contexts <n>', field.contexts, 'contexts to keep of each feature').default(8),
  ],
  async run(options, cli, name) {
    const { tokens, window: windowTokens, contexts, seed } = options;
    const source = exactlyOne({ '--corpus': options.corpus, '--texts': options.texts });
    const corpus = path.resolve(source.value);
    const params = { name, corpus, heldOut: source.name === '--corpus', tokens, windowTokens, contexts, seed };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.saeEvidence(params, calls));
    if (options.json) return cli.output.json(result);
    for (const note of result.notes) cli.output.note(`note: ${plain(note)}`);
    cli.output.lines(...summaryLines(result));
  },
});

function summaryLines({ card, silent, selective }: SaeEvidenceResult): string[] {
  const { excluded } = card;
  const rows = card.languages.map((language, i) => [
    language,
    String(card.windows[i]),
    String(selective[language] ?? 0),
  ]);
  return [
    `${card.dSae} features on ${card.tokens} tokens of ${card.files} files of ${plain(card.corpus)}; ${silent} never active`,
    `Left out: ${excluded.first} first positions, ${excluded.massive} massive ones`,
    ...table([['language', 'windows', 'features with AUROC 0.95 or more'], ...rows], ['left', 'right', 'right']),
  ];
}
