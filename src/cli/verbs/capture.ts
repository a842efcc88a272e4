/** `capture`: activations of a text, into a safetensors file. */
import path from 'node:path';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { requiredText } from '../options.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';

interface Flags extends TextFlags {
  readonly hooks: string;
  readonly out: string;
}

export const captureVerb = defineVerb<Flags>({
  name: 'capture',
  summary: 'The activations at the hooks named, float32, into a safetensors file',
  examples: [
    `--text 'def add(a, b):' --hooks 'blocks.*.hook_resid_post,ln_final.hook_normalized' --out acts.safetensors`,
  ],
  options: [
    ...textOptions(),
    requiredText('--hooks <globs>', field.someText, 'names of hooks, with *, separated by commas'),
    requiredText('--out <file>', field.someText, 'the safetensors file to write'),
  ],
  async run(options, cli) {
    const text = await readTextParams(options);
    const params = { ...text, hooks: options.hooks, out: path.resolve(options.out) };
    const { ids, hooks } = await withModel(cli, options, ({ engine, calls }) => engine.capture(params, calls));
    if (options.json) return cli.output.json({ ids, hooks });
    cli.output.lines(
      ...table(Object.entries(hooks).map(([hook, shape]) => [hook, `[${shape.join(', ')}]`])),
      `${ids.length} tokens, ${Object.keys(hooks).length} hooks: written to ${plain(options.out)}`,
    );
  },
});
