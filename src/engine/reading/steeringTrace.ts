/** What acted on each token of an answer, by the scopes of its steering: in scope or not, and how open its gates were. */
import { actsAt, decidedTokens } from '../../core/steering/scope.ts';
import type { ComparedSide, GateTrace } from '../../protocol/compareTypes.ts';
import type { ResolvedSteering } from '../generate/steerChoice.ts';

export interface TracedAnswer {
  readonly promptTokens: number;
  readonly tokens: number;
  /** Tokens after which the text was read again without what had decided them. */
  readonly decided: number;
  /** What the gates' probes said in the runs that the tokens were chosen from, [gate][token]. */
  readonly strengths: readonly (readonly number[])[];
}

export function traceOf(side: ResolvedSteering, answer: TracedAnswer): Pick<ComparedSide, 'steer' | 'gates'> {
  const steer = side.applied.map((applied, i) => {
    const scope = side.scopes[i];
    const acting = Array.from({ length: answer.tokens }, (_, token) => {
      if (applied.strength === 0) return false;
      // In the second reading nothing acts that had decided.
      if (decidedTokens(scope) > 0 && token >= answer.decided) return false;
      return actsAt(scope, answer.promptTokens + token - 1, answer.promptTokens);
    });
    return { ...applied, scope, acting };
  });
  return { steer, gates: gateTraces(side, steer, answer.strengths) };
}

function gateTraces(
  { parts, gates }: ResolvedSteering,
  steer: ComparedSide['steer'],
  strengths: TracedAnswer['strengths'],
): GateTrace[] {
  // Parts are of the artefacts whose strength is not 0, in their order.
  const active = steer.filter(({ strength }) => strength !== 0);
  return parts.flatMap((part, i) => {
    if (!('doses' in part)) return [];
    const { name, acting } = active[i];
    return gates.flatMap(({ layer, hook }, gate) => {
      if (part.doses[gate] === 0) return [];
      const strength = acting.map((acts, token) => (acts ? strengths[gate][token] : null));
      return [{ name, layer, hook, strength }];
    });
  });
}
