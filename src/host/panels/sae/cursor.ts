/** The text before the cursor of an editor, as features are read in it. */
import path from 'node:path';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';

/** Of a longer text the end is read. */
const MAX_CHARACTERS = 6000;

/** @throws UsageError `no-editor`, `empty-text` */
export function cursorSource(editor: vscode.TextEditor | undefined): {
  readonly name: string;
  readonly text: string;
} {
  const { t } = vscode.l10n;
  if (!editor)
    throw new UsageError('no-editor', t('no text is open in an editor'), t('Open a file, and put the cursor into it.'));
  const { document, selection } = editor;
  const end = document.offsetAt(selection.active);
  const text = document.getText().slice(0, end).replace(/\r\n?/g, '\n').slice(-MAX_CHARACTERS);
  if (text.trim() === '')
    throw new UsageError('empty-text', t('there is no text before the cursor'), t('Put the cursor behind some text.'));
  return { name: `${path.posix.basename(document.uri.path)}:${selection.active.line + 1}`, text };
}
