/** `sae export`: an autoencoder of the store, for other programs. */
import { Option } from 'commander';
import path from 'node:path';
import * as field from '../../../protocol/fields.ts';
import { SAE_FORMATS } from '../../../protocol/saeTypes.ts';
import { defineVerb } from '../../cli.ts';
import { requiredText } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';

interface Flags {
  readonly out: string;
  readonly as: (typeof SAE_FORMATS)[number];
}

export const exportVerb = defineVerb<Flags>({
  name: 'export',
  summary: 'Write a sparse autoencoder for SAELens or Neuronpedia',
  operand: 'name',
  details: 'Neuronpedia gets what `sae evidence` saw with it: contexts, histograms, logits, labels.',
  examples: ['code --out code-sae', 'code --as neuronpedia --out code-np'],
  options: [
    requiredText('--out <folder>', field.someText, 'the folder to write; new, or empty'),
    new Option('--as <format>', 'saelens: cfg.json and sae_weights.safetensors; neuronpedia: its import tree')
      .choices(SAE_FORMATS)
      .default('saelens'),
  ],
  async run(options, cli, name) {
    const params = { name, out: path.resolve(options.out), as: options.as };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.saeExport(params, calls));
    if (options.json) return cli.output.json(result);
    for (const note of result.notes) cli.output.note(`note: ${plain(note)}`);
    cli.output.lines(`${plain(result.folder)}: ${result.files.map(plain).join(', ')}`);
  },
});
