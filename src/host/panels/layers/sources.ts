/** Where a text to read comes from: the editor, or the last completion with its prompt. */
import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import type { SteerChoice } from '../../../protocol/engineService.ts';
import type { ReadParams } from '../../../protocol/textTypes.ts';
import type { CompletionState } from '../../completion/completionState.ts';

/** Of a longer text the end is read: some 2,000 tokens of code, most of which only give the others their context. */
const MAX_CHARACTERS = 6000;

export interface ReadSource {
  /** `main.py, lines 3 to 20`. */
  readonly label: string;
  readonly text: ReadParams;
  /** What steered it as it was written. */
  readonly steer: readonly SteerChoice[];
}

/** What a page may have kept of a source. */
export const readSource: v.GenericSchema<unknown, ReadSource> = v.strictObject({
  label: v.string(),
  text: v.strictObject({
    text: v.string(),
    special: v.boolean(),
    asked: v.exactOptional(
      v.strictObject({
        mode: v.picklist(['chat', 'raw', 'auto']),
        system: v.exactOptional(v.string()),
        prefill: v.exactOptional(v.string()),
        suffix: v.exactOptional(v.string()),
      }),
    ),
    written: v.exactOptional(v.string()),
  }),
  steer: v.array(v.strictObject({ name: v.string(), strength: v.pipe(v.number(), v.finite()) })),
});

/**
 * The selection; without one the file up to its end.
 * @throws UsageError `no-editor`, `empty-text`
 */
export function editorSource(editor: vscode.TextEditor | undefined): ReadSource {
  const { t } = vscode.l10n;
  if (!editor)
    throw new UsageError('no-editor', t('no text is open in an editor'), t('Open a file, and put the cursor into it.'));
  const { document, selection } = editor;
  const range = selection.isEmpty ? undefined : selection;
  const text = document.getText(range).replace(/\r\n?/g, '\n').slice(-MAX_CHARACTERS);
  if (text.trim() === '')
    throw new UsageError('empty-text', t('there is no text to read'), t('Open a file with text, or select some.'));
  const name = path.posix.basename(document.uri.path);
  // Of a longer text the end is read: its lines are counted from there.
  const last = range ? range.end.line + 1 : document.lineCount;
  return {
    label: t('{0}, lines {1} to {2}', name, last - text.split('\n').length + 1, last),
    text: { text, special: false },
    steer: [],
  };
}

/** The prompt as it was asked, and what the model wrote. @throws UsageError `no-completion` */
export function completionSource({ last }: Pick<CompletionState, 'last'>): ReadSource {
  const { t } = vscode.l10n;
  if (!last)
    throw new UsageError(
      'no-completion',
      t('nothing has been completed yet'),
      t('Complete something in an editor first.'),
    );
  const { plan, answered } = last.completion;
  const { mode, prefill = '', suffix, steer } = plan.options;
  const written = answered.text.startsWith(prefill) ? answered.text.slice(prefill.length) : answered.text;
  const asked = { mode, prefill, ...(suffix === undefined ? {} : { suffix }) };
  return {
    label: t('the completion at {0}:{1}', path.posix.basename(last.uri.path), last.position.line + 1),
    text: { text: plan.prompt, special: false, asked, ...(written === '' ? {} : { written }) },
    steer,
  };
}
