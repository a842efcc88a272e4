/** `bias`: which languages the model answers a set of prompts in. */
import type { BiasResult } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { listenToAnswers } from '../generate/events.ts';
import { generationOptions, toGenerateOptions } from '../generate/options.ts';
import type { GenerationFlags } from '../generate/options.ts';
import { readPromptFile } from '../input.ts';
import { requiredText } from '../options.ts';
import { withModel } from '../session.ts';
import { bar, interval, table } from '../table.ts';

interface Flags extends GenerationFlags {
  readonly prompts: string;
}

const BAR_WIDTH = 30;

export const biasVerb = defineVerb<Flags>({
  name: 'bias',
  summary: 'Which languages the model answers in, with 95% intervals',
  examples: ['--prompts in.jsonl --max-tokens 96 --repeat-penalty 1.1', '--prompts in.jsonl --steer cpp --json'],
  options: [
    requiredText('--prompts <file>', field.someText, 'prompts, {"id", "prompt"} a line'),
    ...generationOptions(),
  ],
  async run(options, cli) {
    const set = await readPromptFile(options.prompts);
    return withModel(cli, options, async ({ engine, calls, progress }) => {
      const listener = listenToAnswers(progress, set.prompts.length);
      const params = { prompts: set.prompts, options: toGenerateOptions(options) };
      const result = await engine.bias(params, { signal: calls.signal, onEvent: listener.onEvent });
      progress.clear();
      const perPrompt = result.perPrompt.map((judged) => ({ ...judged, id: set.originalId(judged.id) }));
      if (options.json) cli.output.json({ ...result, perPrompt });
      else cli.output.lines(...describe(result));
      return listener.reportBroken(cli.output);
    });
  },
});

/** A bar a language, the most frequent first. */
function describe({ n, counts, share }: BiasResult): string[] {
  const used = Object.entries(share).filter(([language]) => (counts[language] ?? 0) > 0);
  const languages = used.sort(([, [a]], [, [b]]) => b - a);
  const rows = languages.map(([language, estimate]) => [
    language,
    bar(estimate[0], BAR_WIDTH),
    `${counts[language] ?? 0} of ${n}`,
    interval(estimate),
  ]);
  return table(rows, ['left', 'left', 'right']);
}
