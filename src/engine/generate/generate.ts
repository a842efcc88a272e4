/** Completions: from prompts and options to answers, steered or not. */
import type { SteeringPart } from '../../core/steering/rowSteering.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import type {
  GenerateEvent,
  GenerateOptions,
  GenerateParams,
  Generated,
  Prompt,
} from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { DirectionSource } from '../store/directions.ts';
import { letMessagesIn } from '../turn.ts';
import type { AnswerRequest } from './answer.ts';
import { writeAnswers } from './answerLoop.ts';
import { LayersWatch } from './layersWatch.ts';
import { promptIds, surfaceFor } from './promptIds.ts';
import { resolveSteering, type ResolvedSteering } from './steerChoice.ts';

export interface GenerateContext {
  readonly signal: AbortSignal;
  readonly emit: (event: GenerateEvent) => void;
}

/** Answers every prompt, in their order. Every prompt is checked before the first one runs. */
export async function generate(
  model: LoadedModel,
  directions: DirectionSource,
  { prompts, options, watch: watched }: GenerateParams,
  { signal, emit }: GenerateContext,
): Promise<Generated[]> {
  const { parts, gates, applied } = await resolveSteering(model, directions, {
    ...options,
    surface: surfaceFor(model, options.mode),
  });
  const requests: AnswerRequest[] = [];
  for (const [index, prompt] of prompts.entries()) {
    // Tens of thousands of prompts take seconds: between two of them a cancellation is heard.
    await letMessagesIn(signal);
    requests.push(answerRequest(model, prompt, options, { parts, applied, seed: options.seed + index }));
  }
  let done = 0;
  // Of answers side by side nobody can look at one.
  const [only] = requests.length === 1 ? requests : [];
  const watch =
    watched &&
    only &&
    new LayersWatch(model, {
      ...watched,
      signal,
      onLayers: (tokens) => emit({ kind: 'layers', id: only.id, tokens }),
    });
  const answers = await writeAnswers(model, requests, {
    batch: options.batch,
    gates,
    signal,
    watch,
    onText: (id, text) => emit({ kind: 'text', id, text }),
    onAnswer: (answer) => {
      emit({ kind: 'answer', answer: answer.result() });
      emit({ kind: 'progress', phase: 'generating', done: ++done, total: requests.length, unit: 'answers' });
    },
  }).finally(() => watch?.release());
  return answers.map((answer) => answer.result());
}

/** What steers one answer, and what its choices begin from. */
export interface AnswerSteering extends Pick<ResolvedSteering, 'parts' | 'applied'> {
  readonly seed: number;
}

/** A prompt as the loop takes it. @throws what `promptIds` throws */
export function answerRequest(
  model: LoadedModel,
  { id, prompt, turns = [] }: Prompt,
  options: GenerateOptions,
  { parts, applied, seed }: AnswerSteering,
): AnswerRequest {
  const ids = promptIds(model, prompt, { ...options, turns }, options.maxTokens);
  const steering = steeringOf(parts, ids.length);
  const endIds = options.suffix === undefined ? undefined : model.tokenizer.infill?.ends;
  return {
    id,
    promptIds: ids,
    prefill: options.prefill ?? '',
    applied,
    seed,
    options,
    ...(steering ? { steering } : {}),
    ...(endIds ? { endIds } : {}),
  };
}

function steeringOf(parts: readonly SteeringPart[], promptTokens: number): RowSteering | undefined {
  return parts.length === 0 ? undefined : new RowSteering(parts, promptTokens);
}
