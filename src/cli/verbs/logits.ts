/** `logits`: what the model expects next, at every position of a text. */
import { defineVerb } from '../cli.ts';
import { TOP_OPTION } from '../options.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';
import { tokenName, topCells } from '../topLogits.ts';

interface Flags extends TextFlags {
  readonly top: number;
}

export const logitsVerb = defineVerb<Flags>({
  name: 'logits',
  summary: 'The likeliest next tokens at every position of a text',
  examples: [`--text 'for i in range(' --top 3`],
  options: [...textOptions(), TOP_OPTION()],
  async run(options, cli) {
    const params = { ...(await readTextParams(options)), top: options.top };
    const { ids, top, pieces } = await withModel(cli, options, ({ engine, calls }) => engine.logits(params, calls));
    if (options.json) return cli.output.json({ ids, top });
    const rows = ids.map((id, pos) => [String(pos), tokenName(id, pieces), '→', ...topCells(top[pos] ?? [], pieces)]);
    cli.output.lines(...table(rows, ['right']));
  },
});
