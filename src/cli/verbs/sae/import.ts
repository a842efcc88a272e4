/** `sae import`: an autoencoder that another program made becomes an artefact. */
import { Option } from 'commander';
import path from 'node:path';
import * as field from '../../../protocol/fields.ts';
import { defineVerb } from '../../cli.ts';
import { manifestLines } from '../../manifestText.ts';
import { requiredText, textOption } from '../../options.ts';
import { plain } from '../../plainText.ts';
import { withModel } from '../../session.ts';

interface Flags {
  readonly name: string;
  readonly hook?: string;
  readonly replace: boolean;
}

export const importVerb = defineVerb<Flags>({
  name: 'import',
  summary: 'Bring along a sparse autoencoder, from a folder that SAELens can load',
  operand: 'folder',
  examples: ['sae-layer-12 --name mine', 'downloaded --name mine --hook blocks.12.hook_resid_post'],
  details:
    'The folder has cfg.json and sae_weights.safetensors, and may have sparsity.safetensors. Architectures: standard, topk,\n' +
    'jumprelu, and checkpoints of batchtopk. One that does not fit the width of the model and its hook is refused.',
  options: [
    requiredText('--name <name>', field.artefactName, 'what to call it in the store'),
    textOption('--hook <hook>', field.someText, 'the hook that it reads, where cfg.json does not say it'),
    new Option('--replace', 'take the place of an artefact of this name').default(false),
  ],
  async run(options, cli, folder) {
    const { name, replace, hook } = options;
    const params = { folder: path.resolve(folder), name, replace, ...(hook === undefined ? {} : { hook }) };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.saeImport(params, calls));
    if (options.json) return cli.output.json(result);
    for (const note of result.notes) cli.output.note(`note: ${plain(note)}`);
    cli.output.lines(...manifestLines(result.manifest));
  },
});
