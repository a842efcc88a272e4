/** What front ends measure with: prompts answered under one condition, and the answers judged. Counts nothing. */
import type { Answer } from '../core/bias/answers.ts';
import type {
  AppliedSteering,
  EngineService,
  Generated,
  GenerateOptions,
  Progress,
  Prompt,
} from '../protocol/engineService.ts';
import type { Client } from '../protocol/rpc.ts';

/** The engine, and how the user sees the work and ends it. */
export interface MeasuringCalls {
  readonly engine: Pick<Client<EngineService>, 'generate' | 'judge'>;
  readonly signal: AbortSignal;
  readonly onStep: (progress: Progress) => void;
}

export interface Collected {
  readonly answers: readonly Answer[];
  /** What steered them. */
  readonly steer: readonly AppliedSteering[];
}

/** Generates and judges. The judge sees the answers and nothing of how they came about. */
export async function collectAnswers(
  { engine, signal, onStep }: MeasuringCalls,
  prompts: readonly Prompt[],
  options: GenerateOptions,
  phase: string,
): Promise<Collected> {
  const generated = await answerPrompts({ engine, signal, onStep }, prompts, options, phase);
  const judged = await engine.judge(
    { answers: generated.map(({ id, text }) => ({ id, text })) },
    { signal, onEvent: onStep },
  );
  const verdicts = new Map(judged.map((verdict) => [verdict.id, verdict]));
  const answers = generated.map(({ id, text, tokens, stop }) => {
    const { language = 'undecided', confidence = 0, parses } = verdicts.get(id) ?? {};
    return { id, text, tokens, stop, language, confidence, ...(parses === undefined ? {} : { parses }) };
  });
  return { answers, steer: generated[0]?.steer ?? [] };
}

/** Generates, and tells how far it is by tokens. */
export async function answerPrompts(
  {
    engine,
    signal,
    onStep,
  }: Omit<MeasuringCalls, 'engine'> & { readonly engine: Pick<Client<EngineService>, 'generate'> },
  prompts: readonly Prompt[],
  options: GenerateOptions,
  phase: string,
): Promise<readonly Generated[]> {
  // Answers of one batch end together, so tokens say more of the progress than answers do.
  const total = prompts.length * options.maxTokens;
  let pieces = 0;
  let ended = 0;
  return engine.generate(
    { prompts, options },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'text') pieces++;
        // Not every token is a piece of text of its own, and an answer may end early: then its share is complete.
        else if (event.kind === 'answer') ended += options.maxTokens;
        onStep({ kind: 'progress', phase, done: Math.min(total, Math.max(pieces, ended)), total, unit: 'tokens' });
      },
    },
  );
}
