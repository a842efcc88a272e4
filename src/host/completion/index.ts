/** Completions as a part of the extension: the provider of grey text, and the commands round it. */
import * as vscode from 'vscode';
import { findPlaces } from '../../core/places/findPlaces.ts';
import type { Place } from '../../core/places/place.ts';
import { activeEditorOrExplain } from '../activeEditor.ts';
import { pickChoice } from '../commands/steering.ts';
import { registerGroup, type Commands } from '../commands/register.ts';
import { inspectLast } from '../inspect/inspect.ts';
import type { Services } from '../services.ts';
import { WRITTEN_SCHEMES } from '../writtenTexts.ts';
import { compare } from './compare.ts';
import { Completions } from './completions.ts';
import { cursorAt } from './cursor.ts';
import { InlineProvider } from './provider.ts';
import { snoozeCommands } from './snooze.ts';
import { isWelcomeOrExplain } from './welcome.ts';

const { t } = vscode.l10n;

const SELECTOR: vscode.DocumentSelector = WRITTEN_SCHEMES.map((scheme) => ({ scheme }));

export function registerCompletion(services: Services): vscode.Disposable {
  const completions = new Completions(services);
  const provider = new InlineProvider(services, completions);
  return vscode.Disposable.from(
    completions,
    // What was written by a direction is not what the one of now would write.
    services.directions.onDidChange(() => provider.forget()),
    vscode.languages.registerInlineCompletionItemProvider(SELECTOR, provider),
    registerGroup(services, completionCommands(services, completions, provider)),
    registerGroup(services, snoozeCommands(services)),
  );
}

/** What a lens names: a place of a document, or where the cursor is in it. */
interface LensPlace {
  readonly uri: string;
  readonly placeId?: string;
}

function completionCommands(services: Services, completions: Completions, provider: InlineProvider): Commands {
  return {
    triggerCompletion: () => trigger(services),
    generateIn: () => generateIn(services, completions, provider),
    compare: () => compare(services, completions),
    inspect: () => inspectLast(services),
    inspectPlace: (place: LensPlace) => inspectPlace(services, completions, place),
    completeCell: (cell: vscode.NotebookCell, place: Place) => completeCell(cell, place),
  };
}

/** Asks for a completion where the cursor is. */
async function trigger(services: Services): Promise<void> {
  const editor = activeEditorOrExplain();
  if (editor && isWelcomeOrExplain(services, editor.document)) await showGreyText();
}

/** Completes a place as a click on its lens would, and takes that completion apart. */
async function inspectPlace(services: Services, completions: Completions, { uri, placeId }: LensPlace): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  if (!isWelcomeOrExplain(services, document)) return;
  const place = findPlaces(document.getText(), document.languageId).find(({ id }) => id === placeId);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const at = place?.answerAt;
  const position = at
    ? new vscode.Position(at.line, at.character)
    : (shown?.selection.active ?? new vscode.Position(0, 0));
  const { maxTokensOnRequest: maxTokens } = services.settings.completion(document);
  const cursor = cursorAt(document, position);
  const task = { kind: 'complete', title: t('Completing the place') };
  const completion = await services.tasks.run(task, ({ signal }) =>
    completions.complete({ document, position, cursor, maxTokens, signal, isAside: true }),
  );
  if (completion?.suggestion) await inspectLast(services);
  else void vscode.window.showInformationMessage(t('The model has nothing to add here: there is nothing to inspect.'));
}

/** What is shown goes first: the editor does not ask again for a place that it has an answer for, whoever steers now. */
async function showGreyText(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** Completes here, once, by a choice that is asked for and not kept. */
async function generateIn(services: Services, completions: Completions, provider: InlineProvider): Promise<void> {
  const editor = activeEditorOrExplain();
  if (!editor || !isWelcomeOrExplain(services, editor.document)) return;
  const { document } = editor;
  const position = editor.selection.active;
  const inForce = completions.choiceAt(document, cursorAt(document, position));
  const choice = await pickChoice(services, t('Generate here in…'), inForce);
  if (!choice) return;
  await vscode.window.showTextDocument(document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active });
  provider.steerOnce(document, position, choice);
  await trigger(services);
}

/** Completes what a markdown cell asks for, in the empty code cell below it, which is made where there is none. */
async function completeCell(cell: vscode.NotebookCell, { language }: Place): Promise<void> {
  const { notebook, index } = cell;
  const below = index + 1 < notebook.cellCount ? notebook.cellAt(index + 1) : undefined;
  const isFree = below?.kind === vscode.NotebookCellKind.Code && below.document.getText().trim() === '';
  if (!isFree) {
    const languageId = language ?? 'python';
    const added = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '', languageId);
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(index + 1, [added])]);
    await vscode.workspace.applyEdit(edit);
  }
  const range = new vscode.NotebookRange(index + 1, index + 2);
  await vscode.window.showNotebookDocument(notebook, { selections: [range] });
  await vscode.commands.executeCommand('notebook.cell.edit');
  await showGreyText();
}
