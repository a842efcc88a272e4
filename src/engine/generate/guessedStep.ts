/**
 * A step of an answer in which guessed tokens are run together with the one that is due ("speculative decoding" with a draft
 * that costs nothing: Leviathan et al. 2023, arXiv 2211.17192, greedy). The model chooses after each of them as ever; the first
 * guess that it would not have chosen, and what was run after it, count for nothing.
 */
import { isClear } from '../../core/sampling/sampler.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import type { MainSession } from '../session/mainSession.ts';
import type { Answer } from './answer.ts';

/** The most tokens that are guessed at a time: what a run of so many takes longer than a run of one is little. */
const MOST_GUESSED = 8;

/**
 * Logits of tokens that are run together differ from those of single steps by rounding. Where the first two are closer than
 * this, which is a hundred times what was seen, the token is run again by itself, and what it says then holds.
 */
const TIE_MARGIN = 0.01;

/**
 * Runs the token that is due, in the only row that is under way, with what is guessed to come after it. Undefined, and
 * nothing run, where nothing is guessed.
 */
export async function stepGuessed(
  session: MainSession,
  answer: Answer,
  dueId: number,
  steering: RowSteering | undefined,
): Promise<{ readonly nextId: number | null } | undefined> {
  const start = answer.position;
  const guessed = guessesFor(answer, start, steering);
  if (guessed.length === 0) return undefined;
  const ids = [dueId, ...guessed];
  const logits = await session.stepTogether(0, ids, start, steering);
  answer.guesses.guessed += guessed.length;
  for (const [i, next] of logits.entries()) {
    const chosen = answer.choose(next);
    if (!isClear(next, chosen, TIE_MARGIN)) {
      const [alone] = await session.step([{ id: ids[i], position: start + i, ...(steering ? { steering } : {}) }]);
      return { nextId: answer.take(alone) };
    }
    const nextId = answer.accept(chosen);
    if (nextId === null || nextId !== ids[i + 1]) return { nextId };
    answer.guesses.right++;
  }
  throw new RangeError('the last token that is run together has no guess after it');
}

/** What may come after the token at `start`, as far as the same steering acts on it. */
function guessesFor({ draft, ids, request }: Answer, start: number, steering: RowSteering | undefined): number[] {
  if (draft === undefined) return [];
  // One token of the answer's comes from the run in any case.
  const guessed = draft.guess(Math.min(MOST_GUESSED, request.options.maxTokens - ids.length - 1));
  const acting = steering?.at(start);
  const other = guessed.findIndex((_, i) => steering?.at(start + i + 1) !== acting);
  return other < 0 ? guessed : guessed.slice(0, other);
}
