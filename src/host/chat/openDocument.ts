/** The open file that a model means by a path. */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { nearestNames } from '../../core/nearest.ts';
import { WRITTEN_SCHEMES } from '../writtenTexts.ts';

/**
 * By its path in the workspace, its whole path or its address.
 * @throws UsageError `not-open`, with the nearest of those that are
 */
export function openDocument(file: string): vscode.TextDocument {
  const documents = vscode.workspace.textDocuments.filter(({ uri }) => WRITTEN_SCHEMES.includes(uri.scheme));
  const found = documents.find(({ uri }) => namesOf(uri).includes(plainPath(file)));
  if (found) return found;
  const open = documents.map(({ uri }) => vscode.workspace.asRelativePath(uri));
  throw new UsageError(
    'not-open',
    `no open file is called ${JSON.stringify(file.slice(0, 200))}`,
    `${open.length === 0 ? 'None is open' : `Open are ${nearestNames(file, open).join(', ')}`}. Leave "file" out to steer the workspace.`,
  );
}

function namesOf(uri: vscode.Uri): string[] {
  return [vscode.workspace.asRelativePath(uri), uri.fsPath, uri.toString()].map(plainPath);
}

/** Windows takes either slash, and drives in either letter case. */
function plainPath(name: string): string {
  return name.replaceAll('\\', '/').replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
}
