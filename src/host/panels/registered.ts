/** What a panel is to the rest of the extension, once it is registered. */
import type * as vscode from 'vscode';

export interface RegisteredPanel extends vscode.Disposable {
  /** Shows a run that was kept; absent where the panel has none. */
  readonly openRun?: (id: string) => Promise<void>;
}
