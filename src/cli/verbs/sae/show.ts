/** `sae show`: all that is known of one feature. */
import { visiblePiece } from '../../../core/charts/pieces.ts';
import type { FeatureContext } from '../../../core/sae/evidence.ts';
import * as field from '../../../protocol/fields.ts';
import type { SaeFeatureResult } from '../../../protocol/saeFeatureTypes.ts';
import { defineVerb } from '../../cli.ts';
import { parseField } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { storePlace, withEngine } from '../../session.ts';
import { table } from '../../table.ts';

export const showFeatureVerb = defineVerb<object>({
  name: 'show',
  summary: 'Show one feature: where it is active, the logits that it moves, its languages and its neighbours',
  operand: 'name',
  moreOperands: ['feature'],
  examples: ['code 123'],
  options: [],
  async run(options, cli, name, [feature = '']) {
    const params = { ...storePlace(cli, options), name, index: featureIndex(feature) };
    const result = await withEngine(cli, options, ({ engine, calls: { signal } }) =>
      engine.saeFeature(params, { signal }),
    );
    if (options.json) cli.output.json(result);
    else cli.output.lines(...featureLines(result));
  },
});

/** The number of a feature, as it is written. @throws UsageError `bad-option` */
export function featureIndex(text: string): number {
  return parseField('the feature', field.index, /^\d+$/.test(text) ? Number(text) : NaN, text);
}

function featureLines(feature: SaeFeatureResult): string[] {
  const { index, label, ownLabel, density, active, mean, max, contexts, files } = feature;
  return [
    `feature ${index}: ${plain(ownLabel ?? label)}`,
    ...(ownLabel === undefined ? [] : [`by its evidence: ${plain(label)}`]),
    `active at ${active} tokens (${(density * 100).toFixed(3)}%), ${mean.toPrecision(3)} on average, ${max.toPrecision(3)} at most`,
    '',
    ...contexts.map((context) => `${plain(contextText(context))}  (${plain(files[String(context.file)]?.path ?? '')})`),
    '',
    ...table(
      [
        ['language', 'AUROC', 'lift'],
        ...feature.selectivity.map(({ language, auroc, lift }) => [
          language,
          auroc === null ? '-' : auroc.toFixed(3),
          lift === null ? '-' : lift.toFixed(2),
        ]),
      ],
      ['left', 'right', 'right'],
    ),
    '',
    `promotes ${tokenList(feature.promoted)}`,
    `suppresses ${tokenList(feature.suppressed)}`,
    '',
    ...feature.nearest.map(
      ([other, cosine], i) => `cosine ${cosine.toFixed(3)} with ${other}: ${plain(feature.nearestLabels[i])}`,
    ),
  ];
}

/** The strongest token in brackets, with the activation. */
function contextText({ pieces, values, at }: FeatureContext): string {
  const shown = pieces.map((piece, i) => (i === at ? `[${visiblePiece(piece)}]` : visiblePiece(piece)));
  return `${values[at].toPrecision(3)}  ${shown.join('')}`;
}

function tokenList(tokens: SaeFeatureResult['promoted']): string {
  return tokens.map(([piece, logit]) => `${plain(visiblePiece(piece))} ${logit.toFixed(2)}`).join(', ');
}
