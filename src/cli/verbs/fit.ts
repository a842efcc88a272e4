/** `fit`: makes a steering artefact; layers and strength are chosen on the fit split. */
import { Option } from 'commander';
import { checkName } from '../../core/artefact/manifest.ts';
import { SURFACES } from '../../core/steering/choice.ts';
import { METHODS } from '../../core/methods/registry.ts';
import { DEFAULT_METHOD } from '../../protocol/defaults.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { contrastOf, defaultName } from '../contrast.ts';
import type { ContrastFlags } from '../contrast.ts';
import { manifestLines } from '../manifestText.ts';
import { textOption } from '../options.ts';
import { withModel } from '../session.ts';

interface Flags extends ContrastFlags {
  readonly method?: string;
  readonly name?: string;
  readonly sae?: string;
  readonly replace: boolean;
}

export const fitVerb = defineVerb<Flags>({
  name: 'fit',
  summary: 'Make a steering artefact, towards a language or from two sets of prompts',
  examples: [
    '--target cpp',
    '--method dim --target cpp',
    '--method dim --target rust --source cpp --name rust-not-cpp --replace',
    '--method dim --target cpp --surface raw',
    '--method foxp2 --target rust --sae code-16',
    '--method dim --positive polite.txt --negative rude.txt --name polite',
  ],
  options: [
    textOption(
      '--method <method>',
      field.someText,
      `how the artefact is made: ${METHODS.map(({ id }) => id).join(', ')} (default: ${DEFAULT_METHOD})`,
    ),
    textOption('--target <language>', field.someText, 'the language to steer to'),
    textOption(
      '--source <language>',
      field.someText,
      'the language to steer from (default: python; on raw text what the model writes by itself)',
    ),
    textOption('--positive <prompts>', field.someText, 'a file of prompts, one a line or JSONL, or a folder of files'),
    textOption('--negative <prompts>', field.someText, 'the same for what to steer away from'),
    new Option(
      '--surface <surface>',
      'answer: for answers in a chat; raw: for text that is continued as it is (default: answer)',
    ).choices(SURFACES),
    textOption(
      '--sae <name>',
      field.someText,
      'the sparse autoencoder of foxp2 (default: the one that ships for the model)',
    ),
    textOption('--name <name>', field.someText, 'what to call it (default: METHOD-TARGET, with -raw for raw text)'),
    new Option('--replace', 'replace an artefact of that name').default(false),
  ],
  async run(options, cli) {
    const { replace, seed, surface, sae } = options;
    const contrast = await contrastOf(options);
    const method = options.method ?? DEFAULT_METHOD;
    const name = checkName(options.name ?? defaultName(method, contrast, options));
    const params = { method, contrast, name, replace, seed, ...(surface ? { surface } : {}), ...(sae ? { sae } : {}) };
    const manifest = await withModel(cli, options, ({ engine, calls }) => engine.fit(params, calls));
    if (options.json) cli.output.json(manifest);
    else
      cli.output.lines(
        ...manifestLines(manifest),
        '',
        `Use it: steerscope generate --steer ${name} ${surface === 'raw' ? '--raw' : "--prefill '```'"} --prompt '...'`,
      );
  },
});
