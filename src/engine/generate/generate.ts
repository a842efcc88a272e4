/** Completions: from prompts and options to answers, steered or not. */
import type { SteeringPart } from '../../core/steering/rowSteering.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import type { GenerateEvent, GenerateParams, Generated } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { DirectionSource } from '../store/directions.ts';
import { letMessagesIn } from '../turn.ts';
import type { AnswerRequest } from './answer.ts';
import { writeAnswers } from './answerLoop.ts';
import { promptIds, surfaceFor } from './promptIds.ts';
import { resolveSteering } from './steerChoice.ts';

export interface GenerateContext {
  readonly signal: AbortSignal;
  readonly emit: (event: GenerateEvent) => void;
}

/** Answers every prompt, in their order. Every prompt is checked before the first one runs. */
export async function generate(
  model: LoadedModel,
  directions: DirectionSource,
  { prompts, options }: GenerateParams,
  { signal, emit }: GenerateContext,
): Promise<Generated[]> {
  const { parts, gates, applied } = await resolveSteering(model, directions, {
    ...options,
    surface: surfaceFor(model, options.mode),
  });
  const requests: AnswerRequest[] = [];
  for (const [index, { id, prompt, turns = [] }] of prompts.entries()) {
    // Tens of thousands of prompts take seconds: between two of them a cancellation is heard.
    await letMessagesIn(signal);
    const ids = promptIds(model, prompt, { ...options, turns }, options.maxTokens);
    const steering = steeringOf(parts, ids.length);
    const endIds = options.suffix === undefined ? undefined : model.tokenizer.infill?.ends;
    requests.push({
      id,
      promptIds: ids,
      prefill: options.prefill ?? '',
      applied,
      seed: options.seed + index,
      options,
      ...(steering ? { steering } : {}),
      ...(endIds ? { endIds } : {}),
    });
  }
  let done = 0;
  const answers = await writeAnswers(model, requests, {
    batch: options.batch,
    gates,
    signal,
    onText: (id, text) => emit({ kind: 'text', id, text }),
    onAnswer: (answer) => {
      emit({ kind: 'answer', answer: answer.result() });
      emit({ kind: 'progress', phase: 'generating', done: ++done, total: requests.length, unit: 'answers' });
    },
  });
  return answers.map((answer) => answer.result());
}

function steeringOf(parts: readonly SteeringPart[], promptTokens: number): RowSteering | undefined {
  return parts.length === 0 ? undefined : new RowSteering(parts, promptTokens);
}
