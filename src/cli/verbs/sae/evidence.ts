/** `sae evidence`: looks at the features of an autoencoder on text, and keeps what was seen. */
import path from 'node:path';
import type { SaeEvidenceResult } from '../../../protocol/saeFeatureTypes.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { numberOption, requiredText } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';
import { table } from '../../table.ts';

interface Flags {
  readonly corpus: string;
  readonly tokens: number;
  readonly window: number;
  readonly contexts: number;
}

export const evidenceVerb = defineVerb<Flags>({
  name: 'evidence',
  summary:
    'Look at every feature on text that it was not trained on: where it is active, in which language, what it promotes',
  operand: 'name',
  examples: ['code --corpus held-out', 'code --corpus src --tokens 50000'],
  details:
    'Each language of the folder gets the same part of the tokens at most, in windows of its files, taken by --seed. What was\n' +
    'known of the features before is replaced; labels of your own stay.',
  options: [
    requiredText('--corpus <folder>', field.someText, 'a folder of source files'),
    numberOption('--tokens <n>', field.maxTokens, 'tokens to look at').default(200_000),
    numberOption('--window <n>', field.windowTokens, 'tokens of a window: languages are compared by windows').default(
      128,
    ),
    numberOption('--contexts <n>', field.contexts, 'contexts to keep of each feature').default(8),
  ],
  async run(options, cli, name) {
    const { tokens, window: windowTokens, contexts, seed } = options;
    const params = { name, corpus: path.resolve(options.corpus), tokens, windowTokens, contexts, seed };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.saeEvidence(params, calls));
    if (options.json) cli.output.json(result);
    else cli.output.lines(...summaryLines(result));
  },
});

function summaryLines({ card, silent, selective }: SaeEvidenceResult): string[] {
  const rows = card.languages.map((language, i) => [
    language,
    String(card.windows[i]),
    String(selective[language] ?? 0),
  ]);
  return [
    `${card.dSae} features on ${card.tokens} tokens of ${card.files} files of ${plain(card.corpus)}; ${silent} never active`,
    ...table([['language', 'windows', 'features with AUROC 0.95 or more'], ...rows], ['left', 'right', 'right']),
  ];
}
