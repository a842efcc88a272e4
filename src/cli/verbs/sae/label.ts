/** `sae label`: the user's own name for a feature. */
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { parseField } from '../../options.ts';
import { storePlace, withEngine } from '../../session.ts';
import { featureIndex } from './show.ts';

export const labelVerb = defineVerb<object>({
  name: 'label',
  summary: 'Give a feature a label of your own; an empty one takes it away',
  operand: 'name',
  moreOperands: ['feature', 'text'],
  examples: [`code 123 'opens a Rust function'`],
  options: [],
  async run(options, cli, name, [feature = '', text = '']) {
    // Spaces alone are no label, as in the store.
    const label = parseField('the label', field.label, text, text).trim();
    const params = { ...storePlace(cli, options), name, index: featureIndex(feature), label };
    await withEngine(cli, options, ({ engine, calls: { signal } }) => engine.saeLabel(params, { signal }));
    if (options.json) cli.output.json({ name, index: params.index, label });
    else
      cli.output.lines(
        label === '' ? `feature ${params.index} has no label of yours` : `feature ${params.index}: ${label}`,
      );
  },
});
