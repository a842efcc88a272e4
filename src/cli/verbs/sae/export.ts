/** `sae export`: an autoencoder of the store, for other programs. */
import { Option } from 'commander';
import path from 'node:path';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { requiredText } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';

interface Flags {
  readonly out: string;
  readonly as: 'saelens';
}

export const exportVerb = defineVerb<Flags>({
  name: 'export',
  summary: 'Write a sparse autoencoder as a folder that SAELens can load',
  operand: 'name',
  examples: ['code --out code-sae'],
  options: [
    requiredText('--out <folder>', field.someText, 'the folder to write; new, or empty'),
    new Option('--as <format>', 'saelens: cfg.json and sae_weights.safetensors')
      .choices(['saelens'])
      .default('saelens'),
  ],
  async run(options, cli, name) {
    const params = { name, out: path.resolve(options.out) };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.saeExport(params, calls));
    if (options.json) cli.output.json(result);
    else cli.output.lines(`${plain(result.folder)}: ${result.files.map(plain).join(', ')}`);
  },
});
