/** `generate`: completions, steered or not, of one prompt or of a file of them. */
import * as field from '../../protocol/fields.ts';
import type { Cli } from '../cli.ts';
import { defineVerb } from '../cli.ts';
import { listenToAnswers } from '../generate/events.ts';
import { AnswersInOrder } from '../generate/inOrder.ts';
import { LineFile } from '../generate/lineFile.ts';
import { generationOptions, toGenerateOptions } from '../generate/options.ts';
import type { GenerationFlags } from '../generate/options.ts';
import { fileSink, jsonSink, listSink, streamSink, tellPartial } from '../generate/sinks.ts';
import type { AnswerSink } from '../generate/sinks.ts';
import { readPrompts } from '../input.ts';
import type { PromptSet } from '../input.ts';
import { textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { withModel } from '../session.ts';
import type { ModelSession } from '../session.ts';

interface Flags extends GenerationFlags {
  readonly prompt?: string;
  readonly prompts?: string;
}

export const generateVerb = defineVerb<Flags>({
  name: 'generate',
  summary: 'Completions, steered or not',
  examples: [
    "--prompt 'Write a program that reverses a list.' --prefill '```' --steer cpp",
    '--prompts in.jsonl --out out.jsonl --batch 4 --max-tokens 96 --repeat-penalty 1.1',
  ],
  options: [
    textOption('--prompt <text>', field.text, 'the prompt, exactly as it is'),
    textOption('--prompts <file>', field.someText, 'prompts, {"id", "prompt"} a line'),
    ...generationOptions(),
  ],
  async run(options, cli) {
    const set = await readPrompts(options);
    const { out, prompts } = options;
    const inputs = prompts === undefined ? [] : [prompts];
    return LineFile.whileWriting(out, inputs, tellPartial(cli.output), (file) =>
      withModel(cli, options, (session) => {
        const sink = chooseSink(options, cli, set, session, file);
        return answer(options, cli, set, session, sink);
      }),
    );
  },
});

function chooseSink(
  { prompt, out, json }: Flags & CommonOptions,
  { output }: Cli,
  set: PromptSet,
  { progress }: ModelSession,
  file: LineFile | undefined,
): AnswerSink {
  if (file && out !== undefined) return fileSink(output, set, file, out, json);
  if (json) return jsonSink(output, set, prompt !== undefined);
  return prompt === undefined ? listSink(output, set, progress.clear) : streamSink(output, progress.clear);
}

/** Has the prompts answered into the sink; the exit status. */
async function answer(
  options: Flags & CommonOptions,
  { output }: Cli,
  set: PromptSet,
  { engine, calls, progress }: ModelSession,
  sink: AnswerSink,
): Promise<number> {
  const inOrder = new AnswersInOrder(set.prompts, (done) => sink.answer(done));
  const listener = listenToAnswers(progress, set.prompts.length, {
    text: (text) => sink.text?.(text),
    answer: (done) => inOrder.take(done),
  });
  const params = { prompts: set.prompts, options: toGenerateOptions(options) };
  const startMs = performance.now();
  try {
    const call = engine.generate(params, { signal: calls.signal, onEvent: listener.onEvent });
    const answers = await (sink.failed ? Promise.race([call, sink.failed]) : call);
    for (const done of answers) inOrder.take(done);
    progress.clear();
    await sink.finish(answers, performance.now() - startMs);
  } catch (error) {
    sink.breakOff?.(inOrder.waiting);
    throw error;
  }
  return listener.reportBroken(output);
}
