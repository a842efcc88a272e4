/** From a document and a position to what a completion has to know of them. */
import * as vscode from 'vscode';
import type { CursorText } from '../../core/completion/plan.ts';
import { cellPlace, languageAt, placeAt } from '../../core/places/findPlaces.ts';
import type { Steered } from '../steering/steeringState.ts';

/** More of a document than this round the cursor is looked at by nobody. */
const MAX_CHARACTERS = 100_000;

/** Text that the editor is about to put in place of a range: the entry of the list of suggestions that is selected. */
export interface Replacement {
  readonly range: vscode.Range;
  readonly text: string;
}

/** The text round a position, as it will be when `selected` has been taken. */
export function cursorAt(document: vscode.TextDocument, position: vscode.Position, selected?: Replacement): CursorText {
  const text = document.getText();
  const start = document.offsetAt(selected?.range.start ?? position);
  const end = document.offsetAt(selected?.range.end ?? position);
  const before = (text.slice(0, start) + (selected?.text ?? '')).slice(-MAX_CHARACTERS);
  const after = text.slice(end, end + MAX_CHARACTERS);
  const place = selected
    ? undefined
    : (cellAbove(document, text) ?? placeAt(before + after, before.length, document.languageId));
  const language = languageAt(before + after, before.length, document.languageId);
  return { before, after, place, language };
}

/** Whose choice is in force there. */
export function steeredAt(document: vscode.TextDocument, { place }: CursorText): Steered {
  const notebook = notebookOf(document);
  const whole = { uri: notebook?.uri ?? document.uri, languageId: document.languageId };
  return place === undefined ? whole : { ...whole, placeId: place.id };
}

/** What the cursor of an editor is in: a place, else the file. */
export function steeredHere({ document, selection }: vscode.TextEditor): Steered {
  return steeredAt(document, cursorAt(document, selection.active));
}

/** Which place the cursor is in is found by reading the text: not at every key of somebody who types. */
const CURSOR_PAUSE_MS = 150;

/** Calls `onMove` when another editor is active, and when the cursor has come to rest at another position. */
export function watchCursor(onMove: () => void): vscode.Disposable {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const afterPause = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(onMove, CURSOR_PAUSE_MS);
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(onMove),
    vscode.window.onDidChangeTextEditorSelection(afterPause),
    { dispose: () => clearTimeout(waiting) },
  );
}

/** An empty code cell below a markdown cell that asks for something is that cell's place. */
function cellAbove(document: vscode.TextDocument, text: string): ReturnType<typeof cellPlace> {
  if (text.trim() !== '') return undefined;
  const notebook = notebookOf(document);
  const index = notebook?.getCells().findIndex((cell) => cell.document === document) ?? -1;
  if (!notebook || index < 1) return undefined;
  const above = notebook.cellAt(index - 1);
  return above.kind === vscode.NotebookCellKind.Markup
    ? cellPlace(above.document.getText(), document.languageId)
    : undefined;
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}
