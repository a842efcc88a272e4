/** `tokenize`: a text as the model's tokens, without the one that begins a sequence. */
import { defineVerb } from '../cli.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';

export const tokenizeVerb = defineVerb<TextFlags>({
  name: 'tokenize',
  summary: 'A text as tokens: ids, and pieces in the spelling of the vocabulary',
  examples: [`--text 'def add(a, b):'`, '--file prompt.txt --special --json'],
  options: textOptions(),
  async run(options, cli) {
    const params = await readTextParams(options);
    const { ids, pieces } = await withModel(cli, options, ({ engine, calls }) => engine.tokenize(params, calls));
    if (options.json) cli.output.json({ ids, pieces });
    else
      cli.output.lines(
        ...table(
          ids.map((id, i) => [String(id), plain(pieces[i] ?? '')]),
          ['right'],
        ),
      );
  },
});
