/** The texts that somebody writes: neither output channels, nor sides of a comparison, nor inputs of the editor's own. */

export const WRITTEN_SCHEMES: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'];
