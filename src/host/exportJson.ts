/** Writes what a panel shows as a JSON file of the user's. */
import * as vscode from 'vscode';

/** Asks where to, with `name` as the offer, and writes `value`; nothing where the user leaves. @returns where it is */
export async function exportJson(title: string, name: string, value: unknown): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    title,
    filters: { JSON: ['json'] },
    defaultUri: folder ? vscode.Uri.joinPath(folder.uri, `${name}.json`) : vscode.Uri.file(`${name}.json`),
  });
  if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
  return target;
}
