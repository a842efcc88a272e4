/** Where in a text a steering vector acts. Positions count from 0 over prompt and answer together. */
import { UsageError } from '../errors.ts';

/** `prompt`, `answer` (the generated tokens), `all`, or `first:N`: the prompt and the first N generated tokens. */
export type Scope = 'prompt' | 'answer' | 'all' | `first:${number}`;

/** @throws UsageError `bad-scope` */
export function parseScope(text: string): Scope {
  if (text === 'prompt' || text === 'answer' || text === 'all') return text;
  const count = /^first:(\d{1,6})$/.exec(text)?.[1];
  if (count !== undefined) return `first:${Number(count)}`;
  throw new UsageError(
    'bad-scope',
    `"${text}" is no scope of steering`,
    'Give prompt, answer, all, or first:N (the prompt and the first N generated tokens).',
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
      return position < promptTokens + Number(scope.slice('first:'.length));
  }
}
