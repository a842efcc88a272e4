/** Lenses and what a click on them does: the choice is kept, and the place completed there and then. */
import * as vscode from 'vscode';
import { cellPlace, findPlaces } from '../../core/places/findPlaces.ts';
import type { SteeringChoice } from '../../core/steering/choice.ts';
import { pickChoice } from '../commands/steering.ts';
import { registerGroup } from '../commands/register.ts';
import type { Services } from '../services.ts';
import { codeLanguageOf, registerCellItems } from './cellItems.ts';
import { registerLensProvider } from './lensProvider.ts';

const { t } = vscode.l10n;

/** What a lens carries. */
interface SteerPlace {
  readonly uri: string;
  /** Absent: the file as a whole. */
  readonly placeId?: string;
  readonly choice: SteeringChoice;
}

export function registerLenses(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    registerLensProvider(services),
    registerCellItems(services),
    registerGroup(services, {
      steerPlace: (place: SteerPlace) => steerPlace(services, place),
      steerCell: (cell: vscode.NotebookCell) => steerCell(services, cell),
    }),
  );
}

async function steerPlace({ steering }: Services, { uri, placeId, choice }: SteerPlace): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const steered = { uri: document.uri, languageId: document.languageId };
  await steering.choose(placeId === undefined ? steered : { ...steered, placeId }, choice);
  const editor = await vscode.window.showTextDocument(document, { preserveFocus: false });
  const place = findPlaces(document.getText(), document.languageId).find(({ id }) => id === placeId);
  if (place?.answerAt) {
    const position = new vscode.Position(place.answerAt.line, place.answerAt.character);
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  // Of the file as a whole, the place under the cursor is completed.
  if (placeId === undefined || place) await vscode.commands.executeCommand('steerscope.triggerCompletion');
}

/** Chooses for a markdown cell, and completes in a new code cell that begins with what it asks. */
async function steerCell(services: Services, cell: vscode.NotebookCell): Promise<void> {
  const languageId = codeLanguageOf(cell.notebook);
  const place = cellPlace(cell.document.getText(), languageId);
  if (!place) return;
  const steered = { uri: cell.notebook.uri, languageId, placeId: place.id };
  const choice = await pickChoice(
    services,
    t('Steer the code of this cell to…'),
    services.steering.inForce(steered).choice,
  );
  if (!choice) return;
  await services.steering.choose(steered, choice);
  await vscode.commands.executeCommand('steerscope.completeCell', cell, place);
}
