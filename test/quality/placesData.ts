/**
 * The places of the wrong-language study. *Study* places are what is measured: of the held-out tasks, on which nothing was
 * fitted, tuned or chosen. *Tuning* places are of the tasks of the fit split: choices about automatic steering are made on
 * them. *Control* places are the middle of ordinary code, where the file itself should carry the language.
 */
import { LANGUAGES } from '../../src/core/language/languages.ts';
import { CORE_FIT_TASKS } from '../../src/core/language/prompts/fitTasks.ts';
import { CORE_HELD_OUT_TASKS } from '../../src/core/language/prompts/heldOutTasks.ts';
import { taskComment } from '../../src/core/language/prompts/taskComment.ts';
import type { CodingTask } from '../../src/core/language/prompts/task.ts';
import { FRAMES, PLACE_LANGUAGES, type PlaceLanguage } from './placeFrames.ts';

/**
 * Where somebody asks. `empty file`: nothing but the comment. `end of file` and `gap`: a comment below code, or with a
 * hole between it and code. `todo`: inside a function. `documented`: an empty body below its doc comment, which the editor
 * continues as raw text. `fence`: in Markdown, an empty block with the language's tag.
 */
export const KINDS = ['empty file', 'end of file', 'gap', 'todo', 'documented', 'fence'] as const;
export type PlaceKind = (typeof KINDS)[number] | 'middle';

export interface StudyPlace {
  readonly id: string;
  readonly language: PlaceLanguage;
  readonly kind: PlaceKind;
  /** As the editor calls the language of the file. */
  readonly editorId: string;
  /** The file up to the cursor, and after it. */
  readonly before: string;
  readonly after: string;
}

/** Tasks for each language and kind. */
const STUDY_TASKS = 3;
const TUNING_TASKS = 4;

export const STUDY_PLACES = placesOf(CORE_HELD_OUT_TASKS, STUDY_TASKS);
export const TUNING_PLACES = placesOf(CORE_FIT_TASKS, TUNING_TASKS);
export const CONTROL_PLACES = PLACE_LANGUAGES.flatMap(middles);

/** Neighbouring places have different tasks; those of one language have each another one. */
function placesOf(tasks: readonly CodingTask[], each: number): readonly StudyPlace[] {
  const cells = PLACE_LANGUAGES.flatMap((language) => KINDS.map((kind) => ({ language, kind })));
  return cells.flatMap(({ language, kind }, cell) =>
    Array.from({ length: each }, (_, i) => placeOf(language, kind, tasks[(cell * each + i) % tasks.length])),
  );
}

function placeOf(language: PlaceLanguage, kind: (typeof KINDS)[number], task: CodingTask): StudyPlace {
  const { head, code, end, open, close, indent, documented } = FRAMES[language];
  const { editorId, lineComment, fenceTag } = LANGUAGES[language];
  const comment = taskComment(task, language);
  const words = comment.slice(lineComment.length + 1).trimEnd();
  const texts: Record<(typeof KINDS)[number], readonly [before: string, after: string]> = {
    'empty file': [comment, ''],
    'end of file': [`${head}\n${code}\n${comment}`, ''],
    gap: [`${head}\n${comment}`, `\n\n${end}`],
    todo: [`${open}${indent}${lineComment} TODO: ${words}\n${indent}`, `\n${close}`],
    documented: [`${documented(words)}${indent}`, `\n${close}`],
    fence: [`# Notes\n\n${task.instruction}\n\n\`\`\`${fenceTag}\n`, '\n```\n'],
  };
  const [before, after] = texts[kind];
  const id = `${language}-${kind.replaceAll(' ', '-')}-${task.id}`;
  return { id, language, kind, editorId: kind === 'fence' ? 'markdown' : editorId, before, after };
}

/** The sample cut in four of its lines: twice where the line begins, twice behind its first word. What was there is gone. */
function middles(language: PlaceLanguage): readonly StudyPlace[] {
  const { head, code } = FRAMES[language];
  const lines = code.trimEnd().split('\n');
  const inner = lines.flatMap((line, i) => (/^\s+\w+ \S/.test(line) ? [i] : [])).slice(-5, -1);
  return inner.map((line, i) => {
    const kept = i % 2 === 0 ? /^\s+/ : /^\s+\w+ /;
    const before = [head, ...lines.slice(0, line), kept.exec(lines[line])?.[0] ?? ''].join('\n');
    const after = ['', ...lines.slice(line + 1), ''].join('\n');
    const { editorId } = LANGUAGES[language];
    return { id: `${language}-middle-${i}`, language, kind: 'middle', editorId, before, after };
  });
}
