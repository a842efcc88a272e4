/** The snippets that classifiers and parsers are tested on: written for these tests, a dozen of every language. */
import { readFileSync } from 'node:fs';

export interface Snippet {
  readonly id: string;
  /** A language id, or `other`. */
  readonly language: string;
  /** `dev` was open to those who set weights and thresholds, `test` was not. */
  readonly split: string;
  readonly code: string;
}

export function readSnippets(): Snippet[] {
  return JSON.parse(readFileSync(new URL('golden/data/snippets.json', import.meta.url), 'utf8')) as Snippet[];
}
