/**
 * Texts that are shown and not kept: read-only documents of a scheme of our own. They live as long as the window and are
 * never written to the disk.
 */
import * as vscode from 'vscode';

export const SCHEME = 'steerscope';
/** Texts of closed documents go when there are more. */
const MAX_TEXTS = 50;

const texts = new Map<string, string>();
let count = 0;

/** The address under which a text can be opened, or given to the editor that compares. */
export function addressOf(name: string, text: string): vscode.Uri {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${++count}/${name}` });
  texts.set(uri.toString(), text);
  for (const oldest of texts.keys()) {
    if (texts.size <= MAX_TEXTS) break;
    texts.delete(oldest);
  }
  return uri;
}

export async function showText(
  name: string,
  text: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(addressOf(name, text));
  await vscode.window.showTextDocument(document, { preview: true, ...options });
}

export function registerTextDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
}
