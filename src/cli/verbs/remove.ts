/** `remove`: takes an artefact out of the store. */
import { defineVerb } from '../cli.ts';
import { plain } from '../plainText.ts';
import { storePlace, withEngine } from '../session.ts';

export const removeVerb = defineVerb({
  name: 'remove',
  summary: 'Remove an artefact from the store',
  operand: 'name',
  examples: ['dim-cpp'],
  options: [],
  async run(options, cli, name) {
    const params = { ...storePlace(cli, options), name };
    const manifest = await withEngine(cli, options, ({ engine, calls }) => engine.remove(params, calls));
    if (options.json) cli.output.json(manifest);
    else cli.output.lines(`Removed ${plain(name)}`);
  },
});
