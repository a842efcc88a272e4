/** How a task is put to a model that continues raw text: as the comment that a file of the language begins with. */
import { LANGUAGES, type LanguageId } from '../languages.ts';
import type { CodingTask } from './task.ts';

/** One line of comment in the language's own mark, with its line break, so that code comes next. Names no language. */
export function taskComment({ instruction }: CodingTask, language: LanguageId): string {
  const does = instruction.replace(/^Write a (?:function|program) that /, '');
  return `${LANGUAGES[language].lineComment} ${does.charAt(0).toUpperCase()}${does.slice(1)}\n`;
}
