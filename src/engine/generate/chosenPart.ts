/** What steers a request, before its gates have their places in the one list of the session. */
import type { Gate } from '../../core/steering/gate.ts';
import type { Scope } from '../../core/steering/scope.ts';

/** One artefact of a request. */
export interface ChosenPart {
  readonly scope: Scope;
  readonly id: string;
  readonly dose: number;
  /** What is added everywhere; absent where gates decide. */
  readonly stacked?: Float32Array;
  readonly gates: readonly Gate[];
  readonly strength: number;
}
