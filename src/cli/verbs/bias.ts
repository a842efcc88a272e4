/** `bias`: which languages the model answers a set of prompts in. */
import type { BiasResult, Generated } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import type { Cli } from '../cli.ts';
import { defineVerb } from '../cli.ts';
import { listenToAnswers } from '../generate/events.ts';
import { AnswersInOrder } from '../generate/inOrder.ts';
import { LineFile } from '../generate/lineFile.ts';
import { generationOptions, toGenerateOptions } from '../generate/options.ts';
import type { GenerationFlags } from '../generate/options.ts';
import { asDocument, tellPartial } from '../generate/sinks.ts';
import { readPromptFile } from '../input.ts';
import type { PromptSet } from '../input.ts';
import { requiredText } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { withModel } from '../session.ts';
import type { ModelSession } from '../session.ts';
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
    return LineFile.whileWriting(options.out, [options.prompts], tellPartial(cli.output), (file) =>
      withModel(cli, options, (session) => measure(options, cli, set, session, file)),
    );
  },
});

/** Has the prompts answered and judged, the answers into `file`; the exit status. */
async function measure(
  options: Flags & CommonOptions,
  { output }: Cli,
  set: PromptSet,
  { engine, calls, progress }: ModelSession,
  file: LineFile | undefined,
): Promise<number> {
  const append = (answer: Generated): void => file?.append(JSON.stringify(asDocument(answer, set)));
  const inOrder = new AnswersInOrder(set.prompts, append);
  const listener = listenToAnswers(progress, set.prompts.length, { answer: (answer) => inOrder.take(answer) });
  const params = { prompts: set.prompts, options: toGenerateOptions(options) };
  try {
    const call = engine.bias(params, { signal: calls.signal, onEvent: listener.onEvent });
    const result = await (file ? Promise.race([call, file.failed]) : call);
    await file?.finish();
    progress.clear();
    const perPrompt = result.perPrompt.map((judged) => ({ ...judged, id: set.originalId(judged.id) }));
    if (options.json) output.json({ ...result, perPrompt });
    else output.lines(...describe(result));
  } catch (error) {
    inOrder.waiting.forEach(append);
    throw error;
  }
  return listener.reportBroken(output);
}

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
