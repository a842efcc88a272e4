/**
 * How a task is put to a model wherever answers are counted: as a program of a dozen lines or more. A bare "write a
 * function" gets one or two lines from a small model, and on so little the detector that judges the language guesses:
 * of 24 such answers, all Python, it called 6 something else; of 24 asked for as programs, one.
 */
import type { CodingTask } from './task.ts';

const CLOSINGS = [
  'Check the input, keep each step in a function of its own, and print the results of three examples.',
  'Split the work into small functions, handle bad input, and print a table of the results at the end.',
  'Include helper functions, comments, and a main part that runs it on sample data and prints what it finds.',
  'Read the input, check it, do the computation in separate functions, and print each result with a short description.',
];

/** What is asked for, and how it is to be done; each a sentence in the imperative. */
export interface TaskSentences {
  readonly asked: string;
  readonly closing: string;
}

/** The two sentences of a task. They name no language. The same task always has the same closing. */
export function taskSentences({ id, instruction }: CodingTask): TaskSentences {
  const sum = [...id].reduce((total, character) => total + character.charCodeAt(0), 0);
  return {
    asked: instruction.replace(/^Write a (function|program) that/, 'Write a complete program that'),
    closing: CLOSINGS[sum % CLOSINGS.length],
  };
}

/** The prompt of a task: its two sentences. */
export function taskPrompt(task: CodingTask): string {
  const { asked, closing } = taskSentences(task);
  return `${asked} ${closing}`;
}
