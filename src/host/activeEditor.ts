/** The editor that a command or a panel acts on. */
import * as vscode from 'vscode';
import { WRITTEN_SCHEMES } from './writtenTexts.ts';

/** The active editor; where there is none, the user is told what to do, and the caller has nothing to do. */
export function activeEditorOrExplain(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) void vscode.window.showInformationMessage(vscode.l10n.t('Open a file, and put the cursor into it.'));
  return editor;
}

/**
 * The editor that somebody works on: the active one, also while a panel, an output or a side of a comparison has the focus,
 * which may cover it. Panels act on its text.
 */
export class WorkedEditor implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  private readonly changed = new vscode.EventEmitter<void>();
  private last: vscode.TextEditor | undefined;

  readonly onDidChange = this.changed.event;

  constructor() {
    const { window, workspace } = vscode;
    this.follow(window.activeTextEditor);
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      // A document whose language is changed is closed and opened under the same editor.
      workspace.onDidOpenTextDocument((document) => {
        if (document === window.activeTextEditor?.document) this.follow(window.activeTextEditor);
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (document !== this.last?.document) return;
        this.last = undefined;
        this.changed.fire();
      }),
    );
  }

  /** Undefined where no text is open that somebody writes. */
  get current(): vscode.TextEditor | undefined {
    return this.last ?? vscode.window.visibleTextEditors.find(isWritten);
  }

  /** The same, or another one in sight, that has a selection. */
  get selected(): vscode.TextEditor | undefined {
    const { current } = this;
    const seen = vscode.window.visibleTextEditors.filter(isWritten);
    return [...(current ? [current] : []), ...seen].find(({ selection }) => !selection.isEmpty);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private follow(editor: vscode.TextEditor | undefined): void {
    if (!editor || !isWritten(editor)) return;
    this.last = editor;
    this.changed.fire();
  }
}

function isWritten({ document }: vscode.TextEditor): boolean {
  return WRITTEN_SCHEMES.includes(document.uri.scheme);
}
