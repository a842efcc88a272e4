/**
 * Text that the model writes itself, as a corpus: code for each task of the fit split in each language. It needs no files, and
 * shows the model nothing that it would not say; of tasks that figures are measured on there is none in it.
 */
import { StoreError } from '../../../core/errors.ts';
import { LANGUAGES, LANGUAGE_IDS } from '../../../core/language/languages.ts';
import { FIT_TASKS } from '../../../core/language/prompts/fitTasks.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import { bodiesIn } from '../../probe/bodies.ts';
import type { WorkContext } from '../../workContext.ts';
import { sha256Of, type Corpus, type CorpusText } from './corpus.ts';

/** Of one answer, at the most. */
const ANSWER_TOKENS = 256;

/**
 * Lets the model write, unless it has before: answers are kept. All texts of a task are one package. Tasks are taken until
 * there are about as many tokens as are wanted.
 *
 * @throws StoreError `empty-corpus` where the model writes no code; CancelledError
 */
export async function writtenCorpus(
  model: LoadedModel,
  { tokens, runs }: { readonly tokens: number; readonly runs: string },
  context: WorkContext,
): Promise<Corpus> {
  const tasks = FIT_TASKS.slice(0, Math.ceil(tokens / (ANSWER_TOKENS * LANGUAGE_IDS.length)));
  const bodies = new Map<string, string>();
  const texts: CorpusText[] = [];
  for (const language of LANGUAGE_IDS) {
    const written = await bodiesIn(model, language, tasks, { tokens: ANSWER_TOKENS, runs }, context);
    written.forEach((body, i) => {
      if (body.trim() === '') return;
      const path = `${tasks[i].id}/${language}${LANGUAGES[language].extensions[0]}`;
      bodies.set(path, body);
      texts.push({ path, package: tasks[i].id, language, bytes: Buffer.byteLength(body), sha256: sha256Of(body) });
    });
  }
  if (texts.length === 0)
    throw new StoreError(
      'empty-corpus',
      'this model wrote no code',
      'Name a folder with --corpus, or take another model.',
    );
  return {
    texts: texts.sort((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut:
      texts.length < tasks.length * LANGUAGE_IDS.length
        ? { empty: tasks.length * LANGUAGE_IDS.length - texts.length }
        : {},
    read: async ({ path }) => bodies.get(path) ?? '',
  };
}
