/**
 * Listens to a call that answers prompts: the engine's own steps are shown until the first answer begins, from then on
 * how many answers are done. Remembers which answers met activations that are not finite.
 */
import type { Generated, GenerateEvent } from '../../protocol/engineService.ts';
import type { Output } from '../output.ts';
import { oneLine } from '../plainText.ts';
import type { ProgressReporter } from '../progress.ts';

export interface AnswerListener {
  readonly onEvent: (event: GenerateEvent) => void;
  /** Says which answers broke off; returns the exit status for it: 1 where any did. */
  reportBroken(output: Output): number;
}

export interface AnswerHandlers {
  readonly text?: (text: string) => void;
  readonly answer?: (answer: Generated) => void;
}

/** @param total how many prompts are asked */
export function listenToAnswers(
  progress: ProgressReporter,
  total: number,
  handlers: AnswerHandlers = {},
): AnswerListener {
  const broken: string[] = [];
  let done = 0;
  let hasBegun = false;
  return {
    onEvent(event) {
      if (event.kind === 'progress') {
        if (!hasBegun) progress.update(event);
        return;
      }
      hasBegun = true;
      if (event.kind === 'text') handlers.text?.(event.text);
      else if (event.kind === 'answer') {
        done++;
        if (event.answer.stop === 'nonfinite') broken.push(event.answer.id);
        handlers.answer?.(event.answer);
      }
      if (total > 1) progress.update({ kind: 'progress', phase: 'answering', done, total, unit: 'prompts' });
    },
    reportBroken(output) {
      if (broken.length === 0) return 0;
      const message = `activations became non-finite in ${broken.length} of ${total} answers: ${broken.join(', ')}`;
      output.error(oneLine(message), 'Those answers end there. Steer with a smaller strength, or in fewer layers.');
      return 1;
    },
  };
}
