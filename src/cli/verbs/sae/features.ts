/** `sae features`: the features of an autoencoder, or those that are active at the tokens of a text. */
import { Option } from 'commander';
import { UsageError } from '../../../core/errors.ts';
import { FEATURE_SORTS, bestLanguage, type FeatureSort } from '../../../core/sae/evidenceList.ts';
import * as field from '../../../protocol/fields.ts';
import type { SaeFeaturesResult, SaeFiresResult } from '../../../protocol/saeFeatureTypes.ts';
import { defineVerb } from '../../cli.ts';
import { numberOption, textOption } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { storePlace, withEngine, withModel } from '../../session.ts';
import { table } from '../../table.ts';
import { readTextParams, textOptions, type TextFlags } from '../../textOptions.ts';
import { tokenName } from '../../topLogits.ts';

interface Flags extends TextFlags {
  readonly search?: string;
  readonly language?: string;
  readonly sort?: FeatureSort;
  readonly limit?: number;
  readonly top?: number;
}

export const featuresVerb = defineVerb<Flags>({
  name: 'features',
  summary: 'List features, or those that are active at the tokens of a text',
  operand: 'name',
  examples: [
    'code --language rust --limit 20',
    "code --search 'for (' --sort density",
    `code --text 'fn main() {' --top 3`,
  ],
  details: 'The list is of what `sae evidence` saw. With --text or --file the model runs, and no evidence is needed.',
  options: [
    textOption('--search <text>', field.someText, 'part of a label, a token or a context, or the number of a feature'),
    textOption('--language <language>', field.someText, 'only features that go with this language more than any other'),
    new Option('--sort <key>', 'what the list is ordered by (default: auroc)').choices(FEATURE_SORTS),
    numberOption('--limit <n>', field.top, 'how many features (default: 30)'),
    ...textOptions(),
    numberOption('--top <n>', field.top, 'how many features of each token (default: 5)'),
  ],
  async run(options, cli, name) {
    refuseConflicts(options);
    if (options.text === undefined && options.file === undefined) {
      const { search, language, sort = 'auroc', limit = 30 } = options;
      const query = {
        ...(search === undefined ? {} : { search }),
        ...(language === undefined ? {} : { language }),
      };
      const params = { ...storePlace(cli, options), name, ...query, sort, limit };
      const list = await withEngine(cli, options, ({ engine, calls: { signal } }) =>
        engine.saeFeatures(params, { signal }),
      );
      if (options.json) cli.output.json(list);
      else cli.output.lines(...listLines(list));
      return;
    }
    const params = { ...(await readTextParams(options)), name, top: options.top ?? 5 };
    const fires = await withModel(cli, options, ({ engine, calls }) => engine.saeFires(params, calls));
    if (options.json) cli.output.json(fires);
    else cli.output.lines(...firesLines(fires));
  },
});

/** Options of the list given with a text, and of a text given without one, would have no effect. */
function refuseConflicts(options: Flags): void {
  const { text, file, search, language, sort, limit, top, special } = options;
  if (text === undefined && file === undefined) {
    if (top !== undefined || special)
      throw new UsageError('conflicting-options', '--top and --special are for a text', 'Give --text or --file too.');
    return;
  }
  if ([search, language, sort, limit].some((value) => value !== undefined))
    throw new UsageError(
      'conflicting-options',
      '--search, --language, --sort and --limit are for the list, not for a text',
      'Leave them out, or leave --text and --file out.',
    );
}

function listLines({ card, found, features }: SaeFeaturesResult): string[] {
  const rows = features.map(({ index, density, max, aurocs, label, ownLabel }) => {
    const best = bestLanguage(aurocs);
    const auroc = best < 0 ? '' : `${card.languages[best]} ${(aurocs[best] ?? 0).toFixed(3)}`;
    return [String(index), `${(density * 100).toFixed(2)}%`, max.toPrecision(3), auroc, plain(ownLabel ?? label)];
  });
  return [
    `${features.length} of ${found} features that were found, of ${card.dSae}; seen on ${card.tokens} tokens of ${plain(card.corpus)}`,
    ...table([['feature', 'density', 'max', 'AUROC', 'label'], ...rows], ['right', 'right', 'right', 'left', 'left']),
  ];
}

const LEFT_OUT =
  'Left out: the first position, and those with more than 10 times the median norm; it was not trained on them.';

/** A row a token: its strongest features. */
function firesLines({ ids, pieces, first, leftOut, features, active, labels }: SaeFiresResult): string[] {
  const rows = features.map((found, i) => [
    String(first + i),
    tokenName(ids[first + i], pieces),
    leftOut.includes(first + i) ? 'left out' : String(active[i]),
    found
      .map(([feature, activation]) => {
        const label = labels[String(feature)];
        return `${feature} ${activation.toPrecision(3)}${label === undefined ? '' : ` (${plain(label)})`}`;
      })
      .join('; '),
  ]);
  return [
    ...table([['position', 'token', 'active', 'features'], ...rows], ['right', 'left', 'right', 'left']),
    ...(leftOut.length > 0 ? ['', LEFT_OUT] : []),
  ];
}
