/** `sae direct`: a feature as a direction, which is then steered by like any other, in the terminal and in the editor. */
import { Option } from 'commander';
import { UsageError } from '../../../core/errors.ts';
import { DEFAULT_DOSE, FEATURE_OPS, type FeatureOp } from '../../../core/sae/featureSteering.ts';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { manifestLines } from '../../manifestText.ts';
import { numberOption, requiredText } from '../../options.ts';
import { withModel } from '../../session.ts';
import { featureIndex } from './show.ts';

interface Flags {
  readonly as: string;
  readonly op: FeatureOp;
  readonly value?: number;
  readonly replace: boolean;
}

export const directVerb = defineVerb<Flags>({
  name: 'direct',
  summary: 'Keep a feature as a direction, to be steered by like any other',
  operand: 'name',
  moreOperands: ['feature'],
  examples: ['code-16 123 --as opens-fn', 'code-16 123 --as no-fn --op ablate'],
  details:
    'What generate --feature does, under a name that --steer, the lenses and the panels take; it needs the autoencoder no more.\n' +
    'A strength multiplies the change: 1 is as it was kept. add, when and hold take median norms of the layer, clamp an\n' +
    'activation, scale a factor; ablate takes no value.',
  options: [
    requiredText('--as <name>', field.artefactName, 'what to call it in the store'),
    new Option('--op <op>', 'what is done').choices(FEATURE_OPS).default('add'),
    numberOption('--value <n>', field.strength, `how much (add, when, hold: ${DEFAULT_DOSE} where left out)`),
    new Option('--replace', 'take the place of an artefact of this name').default(false),
  ],
  async run(options, cli, sae, [feature = '']) {
    const { as: name, op, value = DEFAULT_DOSE, replace } = options;
    if (op === 'ablate' && options.value !== undefined)
      throw new UsageError('conflicting-options', '--op ablate takes no --value', 'Leave --value out.');
    if ((op === 'clamp' || op === 'scale') && options.value === undefined)
      throw new UsageError('missing-option', `--op ${op} needs a --value`, 'Give the activation, or the factor.');
    const params = { name, replace, sae, index: featureIndex(feature), op, value };
    const manifest = await withModel(cli, options, ({ engine, calls }) => engine.saeDirection(params, calls));
    if (options.json) cli.output.json(manifest);
    else cli.output.lines(...manifestLines(manifest));
  },
});
