/**
 * What the model wrote, by all that it depends on: model, prompt, options, steering. A smaller number of tokens is the
 * beginning of a larger one, so a longer answer serves a shorter request. Pure; the oldest go when there are many.
 */
import type { CompletionPlan } from './plan.ts';

const MAX_ENTRIES = 100;

export interface Written {
  readonly text: string;
  /** True where the model, or the plan, ended it before its tokens did: more tokens would add nothing. */
  readonly isEnded: boolean;
  readonly maxTokens: number;
}

export class SuggestionCache<T extends Written> {
  private readonly entries = new Map<string, T>();

  /** @param model its fingerprint and precision */
  get(model: string, plan: CompletionPlan): T | undefined {
    const key = keyOf(model, plan);
    const entry = this.entries.get(key);
    if (entry === undefined || (!entry.isEnded && entry.maxTokens < plan.options.maxTokens)) return undefined;
    // The newest is the last, so that the first is the one to go.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  set(model: string, plan: CompletionPlan, entry: T): void {
    const key = keyOf(model, plan);
    this.entries.delete(key);
    this.entries.set(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_ENTRIES) break;
      this.entries.delete(oldest);
    }
  }
}

function keyOf(model: string, { prompt, options, ends, indent }: CompletionPlan): string {
  const { maxTokens: _, ...others } = options;
  return JSON.stringify([model, prompt, others, ends, indent]);
}
