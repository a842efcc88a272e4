/** What the safety trials counted, as it is written down. Pure. */
import { describeMachine, type Machine } from '../bench/machine.ts';
import { KINDS, type ForeignCounts } from './foreign.ts';
import { DOSES, RAW_STRENGTHS, type StrengthCounts } from './strengths.ts';

export interface SafetyReport {
  readonly machine: Machine;
  readonly command: string;
  readonly seed: number;
  readonly model: string;
  readonly strengths: readonly StrengthCounts[];
  readonly foreign: ForeignCounts;
}

/** True where nothing was found that must not be. */
export function isSafe({ strengths, foreign }: Pick<SafetyReport, 'strengths' | 'foreign'>): boolean {
  return (
    strengths.every(({ badTokens, nothing }) => badTokens + nothing.different === 0) && foreign.faults.length === 0
  );
}

export function safetyMarkdown({ machine, command, seed, model, strengths, foreign }: SafetyReport): string {
  const rows = strengths.map(
    ({ what, layers, n, ended, badTokens, nothing }) =>
      `| ${what} | ${layers} | ${n} | ${ended} | ${badTokens} | ${nothing.n} | ${nothing.different} |`,
  );
  const reasons = Object.entries(foreign.foreign.reasons).map(([reason, n]) => `${n} by \`${reason}\``);
  return `# Steering is safe

${describeMachine(machine)} Command: \`${command}\`. Seed ${seed}. Everything counted is in \`safety.json\`.

## Strengths

${model}, fast precision, greedy, four tokens an answer, at every position, one layer at a time. Strengths are ${DOSES.join(', ')} median norms of
the layer, then ${RAW_STRENGTHS.map((strength) => strength.toExponential(0)).join(' and ')} as they are, each with both signs (an activation that is clamped or scaled has none below 0). An answer *ends* where a
logit is not finite, or all are the same: its text up to there is kept, and says why. *Bad tokens* are tokens that were taken
from such logits. Nothing is a strength of 0, with both signs (a feature scaled by 1): every bit of every logit must be that
of the model without steering.

| what steers | layers | answers | ended | bad tokens | answers at nothing | of them different |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Features are those of autoencoders with random weights, one at each layer.

## Artefacts of another model

${foreign.models.length} models: ${foreign.models.join('; ')}. Of each a ${KINDS.join(', a ')}, used on each of the others.

| | pairs | outcome |
| --- | --- | --- |
| on its own model | ${foreign.own.n} | ${foreign.own.taken} taken |
| on another | ${foreign.foreign.n} | ${foreign.foreign.refused} refused: ${reasons.join(', ')} |

${foreign.faults.length === 0 ? 'Nothing was taken that was foreign, and nothing refused that was not.' : `Faults:\n\n${foreign.faults.map((fault) => `- ${fault}`).join('\n')}`}
`;
}
