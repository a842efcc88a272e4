/** Types of vscode.mjs, for the tests. */

/** Either where VS Code and the browser are, or one line that says what is missing. */
export type VSCodeFound =
  | { readonly vscode: string; readonly chromium: string; readonly missing?: undefined }
  | { readonly missing: string; readonly vscode?: undefined; readonly chromium?: undefined };

export function findBrowser(): string | undefined;
export function findVSCode(): VSCodeFound;
export function ensureVSCode(): Promise<VSCodeFound>;
