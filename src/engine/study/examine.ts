/** All that the judge says of answers, the compiler's word among it. Runs no model. */
import { throwIfCancelled } from '../../core/errors.ts';
import type { Examined } from '../../protocol/studyTypes.ts';
import { judgeAnswer } from '../judge/judge.ts';
import type { WorkContext } from '../workContext.ts';

/** Answers under way at once: a compiler is a process of its own, and most of the time here is theirs. */
const AT_ONCE = 2;

/** Judges every answer, in their order. @throws CancelledError between two answers */
export async function examineAll(
  answers: readonly { readonly id: string; readonly text: string }[],
  { signal, emit }: WorkContext,
): Promise<Examined[]> {
  const examined: Examined[] = new Array<Examined>(answers.length);
  const waiting = answers.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    // One iterator for all: each takes what is next.
    for (const [index, { id, text }] of waiting) {
      throwIfCancelled(signal);
      examined[index] = { id, ...(await examine(text)) };
      emit({ kind: 'progress', phase: 'judging', done: ++done, total: answers.length, unit: 'answers' });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return examined;
}

async function examine(text: string): Promise<Omit<Examined, 'id'>> {
  const { language, confidence, hasCode, parse, syntax, distinct3, valid } = await judgeAnswer(text, {
    toolchain: true,
  });
  return { language, confidence, hasCode, parses: parse?.ok ?? null, syntax: syntax?.ok ?? null, distinct3, valid };
}
