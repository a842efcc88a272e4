/** The ways in which people put the same task to a model: bias and steering may hold in one and fail in another. */
import type { CodingTask } from './task.ts';
import { taskPrompt, taskSentences } from './taskPrompt.ts';

export const PROMPT_STYLES = ['instruction', 'question', 'comment'] as const;

export type PromptStyle = (typeof PROMPT_STYLES)[number];

/** Of a line of comment. */
const COLUMNS = 80;

const STYLED: Readonly<Record<PromptStyle, (task: CodingTask) => string>> = {
  instruction: taskPrompt,
  question,
  comment,
};

/**
 * The prompt of a task in a style, for the user's turn of a chat. Every style asks for the same complete program and
 * closes in the same way; none names a language, so that a request for one can follow (`askInPrompt`).
 */
export function styledPrompt(task: CodingTask, style: PromptStyle): string {
  return STYLED[style](task);
}

/** As a colleague would ask. */
function question(task: CodingTask): string {
  const { asked, closing } = taskSentences(task);
  const tail = closing.charAt(0).toLowerCase() + closing.slice(1);
  return `${asked.replace(/^Write/, 'How do I write')} And how do I make it ${tail}`.replaceAll('.', '?');
}

/**
 * A file that holds nothing but a comment, which states the task. The mark `//` is that of most languages of the
 * registry, but not of Python and Julia: it is a hint by itself, and results in this style have to be read with that.
 */
function comment(task: CodingTask): string {
  const { asked, closing } = taskSentences(task);
  return [asked.replace(/^Write a/, 'A'), closing].flatMap(linesOfComment).join('\n');
}

function linesOfComment(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`// ${word}`);
  }
  return lines;
}
