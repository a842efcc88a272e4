/** `show`: the manifest of one artefact. */
import { defineVerb } from '../cli.ts';
import { manifestLines } from '../manifestText.ts';
import { storePlace, withEngine } from '../session.ts';

export const showVerb = defineVerb({
  name: 'show',
  summary: 'What an artefact is, how it was made and how well it did',
  operand: 'name',
  examples: ['dim-cpp', 'my-java --json'],
  options: [],
  async run(options, cli, name) {
    const params = { ...storePlace(cli, options), name };
    const manifest = await withEngine(cli, options, ({ engine, calls }) => engine.show(params, calls));
    if (options.json) cli.output.json(manifest);
    else cli.output.lines(...manifestLines(manifest));
  },
});
