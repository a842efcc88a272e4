/** What long work of the engine is given beside its parameters: how it is told to stop, and where its progress goes. */
import type { Progress } from '../protocol/engineService.ts';

export interface WorkContext {
  readonly signal: AbortSignal;
  readonly emit: (progress: Progress) => void;
}
