/** What every step of a study is given: the engine, the user's Ctrl-C, and where progress is shown. */
import type { EngineService, Progress } from '../../protocol/engineService.ts';
import type { Client } from '../../protocol/rpc.ts';

export type StudyEngine = Pick<
  Client<EngineService>,
  'artefacts' | 'facts' | 'fit' | 'generate' | 'examine' | 'likelihood'
>;

export interface StudyCalls {
  readonly engine: StudyEngine;
  readonly signal: AbortSignal;
  readonly onStep: (progress: Progress) => void;
}
