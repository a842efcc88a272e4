/**
 * Completions without an editor: from the text round a cursor to what is offered there. One runs at a time; a newer request
 * ends the older. It knows the engine by the one call that it makes, and nothing of documents or windows.
 */
import { CancelledError, throwIfCancelled } from '../../core/errors.ts';
import {
  isComplete,
  planCompletion,
  type CompletionPlan,
  type CursorText,
  type PlannedModel,
} from '../../core/completion/plan.ts';
import { SuggestionCache, type Written } from '../../core/completion/suggestionCache.ts';
import { tidySuggestion, type Suggestion } from '../../core/completion/tidy.ts';
import type { WritingListener } from './onlooker.ts';
import type { ChosenSteering } from '../../core/steering/choice.ts';
import type { AppliedSteering, GenerateEvent, GenerateParams, Generated } from '../../protocol/engineService.ts';

/** The model as far as a completion depends on it. */
export interface CompletingModel extends PlannedModel {
  readonly fingerprint: string;
  readonly precision: string;
}

export interface CompletingEngine {
  readonly model: CompletingModel;
  generate(
    params: GenerateParams,
    options: { readonly signal: AbortSignal; readonly onEvent: (event: GenerateEvent) => void },
  ): Promise<readonly Generated[]>;
}

export interface CompletionRequest {
  readonly cursor: CursorText;
  readonly steering: ChosenSteering;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** Goes on beside what is typed: it ends no older request, and no newer one ends it. */
  readonly isAside?: boolean;
  /** Asked before anything is written whether somebody looks on. */
  readonly onlooker?: ((plan: CompletionPlan) => WritingListener | undefined) | undefined;
}

/** What the model wrote for one plan, and what that took. */
export interface Answered extends Written {
  readonly tokens: number;
  readonly promptMs: number;
  readonly decodeMs: number;
  /** What the engine says of its work; absent where it was stopped because nothing more was wanted. */
  readonly engine?: EngineReport;
}

export interface EngineReport {
  readonly promptTokens: number;
  /** Of them, those that were not run again. */
  readonly reusedTokens: number;
  readonly steer: readonly AppliedSteering[];
}

export interface Completion {
  readonly plan: CompletionPlan;
  readonly answered: Answered;
  /** Undefined where nothing is left to offer. */
  readonly suggestion: Suggestion | undefined;
  readonly isCached: boolean;
}

/** Likeliest tokens of each layer that are told to who looks on. */
const WATCHED_TOP = 5;

export class Completer {
  private cache = new SuggestionCache<Answered>();
  private latest: AbortController | undefined;

  /**
   * Undefined where there is nothing to ask.
   * @throws CancelledError where the request was cancelled, or a newer one came; what the engine throws
   */
  async complete(engine: CompletingEngine, request: CompletionRequest): Promise<Completion | undefined> {
    throwIfCancelled(request.signal);
    const newer = request.isAside === true ? new AbortController() : this.supersede();
    const { model } = engine;
    const { cache } = this;
    const plan = planOf(model, request);
    if (plan === undefined) return undefined;
    const cached = cache.get(keyOf(model), plan);
    if (cached !== undefined) return completionOf(plan, cached, request, true);
    const signal = AbortSignal.any([request.signal, newer.signal]);
    const listener = request.onlooker?.(plan);
    const answered = await generate(engine, plan, signal, listener?.onLayers).finally(listener?.onEnd);
    // Into the cache of when it was asked: `forget` has nothing to do with what was on its way.
    cache.set(keyOf(model), plan, answered);
    throwIfCancelled(signal);
    return completionOf(plan, answered, request, false);
  }

  /** What is cached for a request, without asking anybody. */
  cached(model: CompletingModel, request: Omit<CompletionRequest, 'signal'>): Completion | undefined {
    const plan = planOf(model, request);
    const answered = plan && this.cache.get(keyOf(model), plan);
    return answered && completionOf(plan, answered, request, true);
  }

  /** Ends what is running. */
  cancel(): void {
    this.latest?.abort();
    this.latest = undefined;
  }

  /** Forgets what was written, also by what is running: directions have changed under their names. */
  forget(): void {
    this.cache = new SuggestionCache();
  }

  /** Ends the request before; returns what ends the one that begins. */
  private supersede(): AbortController {
    this.cancel();
    this.latest = new AbortController();
    return this.latest;
  }
}

function keyOf({ fingerprint, precision }: CompletingModel): string {
  return `${fingerprint} ${precision}`;
}

function planOf(
  model: CompletingModel,
  { cursor, steering, maxTokens }: Omit<CompletionRequest, 'signal'>,
): CompletionPlan | undefined {
  return planCompletion(cursor, steering, model, maxTokens);
}

function completionOf(
  plan: CompletionPlan,
  answered: Answered,
  { cursor }: Pick<CompletionRequest, 'cursor'>,
  isCached: boolean,
): Completion {
  return { plan, answered, suggestion: tidySuggestion(answered.text, plan, cursor), isCached };
}

/** Asks the engine, and stops it as soon as the plan has all that it wants. */
async function generate(
  engine: CompletingEngine,
  plan: CompletionPlan,
  signal: AbortSignal,
  onLayers: WritingListener['onLayers'] | undefined,
): Promise<Answered> {
  const { prompt, options } = plan;
  const { maxTokens } = options;
  const stop = new AbortController();
  const startMs = performance.now();
  let text = '';
  let firstMs: number | undefined;
  let pieces = 0;
  let enough: Answered | undefined;
  const onEvent = (event: GenerateEvent): void => {
    if (event.kind === 'layers') onLayers?.(event.tokens);
    if (event.kind !== 'text' || enough) return;
    firstMs ??= performance.now();
    text += event.text;
    pieces++;
    if (!isComplete(plan, text)) return;
    const timed = { promptMs: firstMs - startMs, decodeMs: performance.now() - firstMs };
    enough = { text, isEnded: true, maxTokens, tokens: pieces, ...timed };
    stop.abort();
  };
  try {
    const [answer] = await engine.generate(
      {
        prompts: [{ id: 'completion', prompt }],
        options: { ...options, reuse: true },
        ...(onLayers ? { watch: { top: WATCHED_TOP } } : {}),
      },
      { signal: AbortSignal.any([signal, stop.signal]), onEvent },
    );
    return answeredOf(answer, maxTokens);
  } catch (error) {
    if (enough && error instanceof CancelledError && !signal.aborted) return enough;
    throw error;
  }
}

function answeredOf(
  { text, stop, promptTokens, reusedTokens = 0, tokens, ms, steer }: Generated,
  maxTokens: number,
): Answered {
  const cost = { tokens, promptMs: ms.prompt, decodeMs: ms.decode };
  return { text, isEnded: stop !== 'length', maxTokens, ...cost, engine: { promptTokens, reusedTokens, steer } };
}
