/** What a panel is to the rest of the extension, once it is registered. */
import type * as vscode from 'vscode';
import type { Trace } from './trace.ts';

export interface RegisteredPanel extends vscode.Disposable {
  /** Shows a run that was kept; absent where the panel has none. */
  readonly openRun?: (id: string) => Promise<void>;
  /** Shows what was exported from it as JSON; false where the data are none of its. Absent where it exports none. */
  readonly openExport?: (data: unknown) => boolean;
  /** Shows what was saved as a file; absent where the panel saves none. @throws StoreError `unreadable-trace` */
  readonly openTrace?: (trace: Trace) => void;
}

/** The `openExport` of a panel: `read` tells its own data from others. */
export function exportOpener<T>(read: (data: unknown) => T | undefined, open: (value: T) => void) {
  return (data: unknown): boolean => {
    const value = read(data);
    if (value !== undefined) open(value);
    return value !== undefined;
  };
}
