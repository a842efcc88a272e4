/**
 * Where answers go: a file of JSON lines, one JSON document, or the eyes of a person, one answer as it appears or many
 * as they are done. A sink gets the answers in the order of the prompts and knows nothing of how they are made.
 */
import type { AppliedSteering, Generated } from '../../protocol/engineService.ts';
import type { PromptSet } from '../input.ts';
import type { Output } from '../output.ts';
import { plain } from '../plainText.ts';
import { ranges } from '../table.ts';
import type { LineFile } from './lineFile.ts';

export interface AnswerSink {
  /** More text of an answer that is not done. */
  text?(text: string): void;
  answer(answer: Generated): void;
  /** All answers have come. `ms` is how long they took in all. */
  finish(answers: readonly Generated[], ms: number): Promise<void>;
  /** No more will come; `outOfTurn` are done, though answers before them are not. */
  breakOff?(outOfTurn: readonly Generated[]): void;
  /** Rejects where the sink can take no more, so that nothing is answered for nobody; never resolves. */
  readonly failed?: Promise<never>;
}

/** A line of JSON an answer into `file`; a summary to stdout. */
export function fileSink(output: Output, set: PromptSet, file: LineFile, out: string, isJson: boolean): AnswerSink {
  const append = (answer: Generated): void => file.append(JSON.stringify(asDocument(answer, set)));
  return {
    failed: file.failed,
    answer: append,
    breakOff: (outOfTurn) => outOfTurn.forEach(append),
    async finish(answers, elapsedMs) {
      await file.finish();
      const [n, tokens, ms] = [answers.length, sum(answers.map((answer) => answer.tokens)), Math.round(elapsedMs)];
      if (isJson) output.json({ n, tokens, ms, out });
      else output.lines(`${n} answers, ${tokens} tokens in ${(ms / 1000).toFixed(1)} s: written to ${plain(out)}`);
    },
  };
}

/** One JSON document: the answer of a single prompt, or the array of all. */
export function jsonSink(output: Output, set: PromptSet, isSingle: boolean): AnswerSink {
  return {
    answer() {},
    async finish(answers) {
      const documents = answers.map((answer) => asDocument(answer, set));
      output.json(isSingle ? documents[0] : documents);
    },
  };
}

/** One answer to stdout as it appears; what there is to say about it to stderr. */
export function streamSink(output: Output, beforeText: () => void): AnswerSink {
  let shown = '';
  const show = (text: string): void => {
    if (text === '') return;
    beforeText();
    shown += text;
    output.write(plain(text));
  };
  return {
    text: show,
    answer(answer) {
      // Whatever was not announced.
      if (answer.text.startsWith(shown)) show(answer.text.slice(shown.length));
      beforeText();
      if (!shown.endsWith('\n')) output.write('\n');
      output.note(summary(answer));
    },
    async finish() {},
  };
}

/** Every answer under its prompt's id, when it is done. */
export function listSink(output: Output, set: PromptSet, beforeText: () => void): AnswerSink {
  return {
    answer(answer) {
      beforeText();
      const id = plain(String(set.originalId(answer.id)));
      output.lines(output.bold(`── ${id}`), plain(answer.text), output.dim(summary(answer)), '');
    },
    async finish() {},
  };
}

/** Says where the answers are that were done before the work broke off. */
export function tellPartial(output: Output): (partial: string) => void {
  return (partial) => output.note(`The answers that were done are in ${plain(partial)}`);
}

/** An answer as it is in JSON. */
export function asDocument(answer: Generated, set: PromptSet): object {
  return { ...answer, id: set.originalId(answer.id) };
}

const STOPS: Readonly<Record<Generated['stop'], string>> = {
  eos: 'ended by the model',
  length: 'ended at --max-tokens',
  text: 'ended at --stop',
  nonfinite: 'ended: activations are not finite',
};

function summary({ tokens, ms, stop, steer }: Generated): string {
  const rate = ms.decode > 0 && tokens > 1 ? `, ${((tokens * 1000) / ms.decode).toFixed(1)} tokens/s` : '';
  return [`${tokens} tokens${rate}`, STOPS[stop], ...steer.map(steering)].join('; ');
}

function steering({ name, strength, layers, dose, notes = [] }: AppliedSteering): string {
  const where = layers.length === 1 ? 'layer' : 'layers';
  return `steered by ${plain(name)} (strength ${strength}, ${where} ${ranges(layers)}, dose ${dose.toFixed(2)}${notes.map((note) => `, ${plain(note)}`).join('')})`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
