/** `artefacts`: what the store holds. */
import { defineVerb } from '../cli.ts';
import { manifestTable } from '../manifestText.ts';
import { storePlace, withEngine } from '../session.ts';

export const artefactsVerb = defineVerb({
  name: 'artefacts',
  summary: 'The artefacts in the store',
  examples: ['', '--store ./my-artefacts --json'],
  options: [],
  async run(options, cli) {
    const place = storePlace(cli, options);
    const manifests = await withEngine(cli, options, ({ engine, calls }) => engine.artefacts(place, calls));
    if (options.json) cli.output.json(manifests);
    else if (manifests.length > 0) cli.output.lines(...manifestTable(manifests));
    else cli.output.lines('The store is empty. Make an artefact: steerscope fit --method dim --target cpp');
  },
});
