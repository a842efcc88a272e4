/** The editor that a command acts on. */
import * as vscode from 'vscode';

/** The active editor; where there is none, the user is told what to do, and the caller has nothing to do. */
export function activeEditorOrExplain(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) void vscode.window.showInformationMessage(vscode.l10n.t('Open a file, and put the cursor into it.'));
  return editor;
}
