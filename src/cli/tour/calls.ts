/** What every step of the tour is given: the engine, the user's Ctrl-C, and where progress is shown. */
import type { EngineService, Progress } from '../../protocol/engineService.ts';
import type { Client } from '../../protocol/rpc.ts';

export interface TourCalls {
  readonly engine: Client<EngineService>;
  readonly signal: AbortSignal;
  readonly onStep: (progress: Progress) => void;
}
