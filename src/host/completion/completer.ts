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

export class Completer {
  private readonly cache = new SuggestionCache<Answered>();
  private running: AbortController | undefined;

  /**
   * Undefined where there is nothing to ask.
   * @throws CancelledError where the request was cancelled, or a newer one came; what the engine throws
   */
  async complete(engine: CompletingEngine, request: CompletionRequest): Promise<Completion | undefined> {
    const { cursor, steering, maxTokens, signal } = request;
    throwIfCancelled(signal);
    const { model } = engine;
    const plan = planCompletion(cursor, steering, model, maxTokens);
    if (plan === undefined) return undefined;
    const key = `${model.fingerprint} ${model.precision}`;
    const cached = this.cache.get(key, plan);
    const answered = cached ?? (await this.ask(engine, plan, signal));
    if (cached === undefined) this.cache.set(key, plan, answered);
    return { plan, answered, suggestion: tidySuggestion(answered.text, plan, cursor), isCached: cached !== undefined };
  }

  /** What is cached for a request, without asking anybody. */
  cached(
    { fingerprint, precision, ...model }: CompletingModel,
    request: Omit<CompletionRequest, 'signal'>,
  ): Completion | undefined {
    const plan = planCompletion(request.cursor, request.steering, model, request.maxTokens);
    const answered = plan && this.cache.get(`${fingerprint} ${precision}`, plan);
    return (
      answered && { plan, answered, suggestion: tidySuggestion(answered.text, plan, request.cursor), isCached: true }
    );
  }

  /** Ends what is running. */
  cancel(): void {
    this.running?.abort();
    this.running = undefined;
  }

  /** Forgets what was written: directions have changed under their names. */
  forget(): void {
    this.cache.clear();
  }

  private async ask(engine: CompletingEngine, plan: CompletionPlan, signal: AbortSignal): Promise<Answered> {
    this.cancel();
    const abort = new AbortController();
    this.running = abort;
    const cancel = (): void => abort.abort();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await generate(engine, plan, abort);
    } finally {
      signal.removeEventListener('abort', cancel);
      if (this.running === abort) this.running = undefined;
    }
  }
}

/** Asks the engine, and stops it as soon as the plan has all that it wants. */
async function generate(engine: CompletingEngine, plan: CompletionPlan, abort: AbortController): Promise<Answered> {
  const { prompt, options } = plan;
  const { maxTokens } = options;
  const startMs = performance.now();
  let text = '';
  let firstMs: number | undefined;
  let pieces = 0;
  let enough: Answered | undefined;
  const onEvent = (event: GenerateEvent): void => {
    if (event.kind !== 'text' || abort.signal.aborted) return;
    firstMs ??= performance.now();
    text += event.text;
    pieces++;
    if (!isComplete(plan, text)) return;
    const timed = { promptMs: firstMs - startMs, decodeMs: performance.now() - firstMs };
    enough = { text, isEnded: true, maxTokens, tokens: pieces, ...timed };
    abort.abort();
  };
  try {
    const [answer] = await engine.generate(
      { prompts: [{ id: 'completion', prompt }], options: { ...options, reuse: true } },
      { signal: abort.signal, onEvent },
    );
    return answeredOf(answer, maxTokens);
  } catch (error) {
    if (enough && error instanceof CancelledError) return enough;
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
