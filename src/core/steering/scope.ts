/** Where in a text a steering vector acts. Positions count from 0 over prompt and answer together. */
import { UsageError } from '../errors.ts';

/**
 * `prompt`, `answer` (the generated tokens), `all`, `first:N`: the prompt and the first N generated tokens, or `decide:N`: the
 * same, but no further than the line that opens a block of code, and then the text so far is read again as if nothing had
 * steered it. What was decided stays, being written; what the steering did to the model's memory of the prompt is gone
 * (record 24).
 */
export type Scope = 'prompt' | 'answer' | 'all' | `first:${number}` | `decide:${number}`;

/** True for the spelling of a scope. */
export function isScope(value: unknown): value is Scope {
  return typeof value === 'string' && /^(?:prompt|answer|all|(?:first|decide):[1-9]\d{0,5})$/.test(value);
}

/** @throws UsageError `bad-scope` */
export function parseScope(text: string): Scope {
  if (isScope(text)) return text;
  throw new UsageError(
    'bad-scope',
    `"${text}" is no scope of steering`,
    'Give prompt, answer, all, first:N (the prompt and the first N generated tokens), or decide:N (the same, and then the text so far is read again unsteered).',
  );
}

/** True where a vector of this scope acts on the token at `position`, the prompt being the first `promptTokens`. */
export function actsAt(scope: Scope, position: number, promptTokens: number): boolean {
  switch (scope) {
    case 'prompt':
      return position < promptTokens;
    case 'answer':
      return position >= promptTokens;
    case 'all':
      return true;
    default:
      return position < promptTokens + Number(scope.slice(scope.indexOf(':') + 1));
  }
}

/** How many generated tokens are decided at most before the text is read again; 0 for the scopes that never take anything back. */
export function decidedTokens(scope: Scope): number {
  return scope.startsWith('decide:') ? Number(scope.slice('decide:'.length)) : 0;
}
