/** The same as the lenses, for markdown cells of notebooks, which have no lenses: one item below the cell. */
import * as vscode from 'vscode';
import { cellPlace } from '../../core/places/findPlaces.ts';
import { choiceLabel } from '../../core/steering/choice.ts';
import type { Services } from '../services.ts';

const { t } = vscode.l10n;

export function registerCellItems({ settings, steering }: Services): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.NotebookCellStatusBarItemProvider = {
    onDidChangeCellStatusBarItems: changed.event,
    provideCellStatusBarItems(cell) {
      if (cell.kind !== vscode.NotebookCellKind.Markup || !settings.codeLens(cell.document).isEnabled) return [];
      const place = cellPlace(cell.document.getText(), codeLanguageOf(cell.notebook));
      if (place === undefined) return [];
      const steered = { uri: cell.notebook.uri, languageId: codeLanguageOf(cell.notebook), placeId: place.id };
      const label = choiceLabel(steering.inForce(steered).choice);
      const item = new vscode.NotebookCellStatusBarItem(
        `$(compass) ${t('Steer: {0}', label)}`,
        vscode.NotebookCellStatusBarAlignment.Left,
      );
      item.tooltip = t('Choose a language, and write the code into a new cell below');
      item.command = { title: item.text, command: 'steerscope.steerCell', arguments: [cell] };
      item.accessibilityInformation = { label: t('Steering of this cell: {0}', label), role: 'button' };
      return [item];
    },
  };
  return vscode.Disposable.from(
    changed,
    steering.onDidChange(() => changed.fire()),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider('*', provider),
  );
}

/** The language of the notebook's code cells: of the first there is. */
export function codeLanguageOf(notebook: vscode.NotebookDocument): string {
  return notebook.getCells().find(({ kind }) => kind === vscode.NotebookCellKind.Code)?.document.languageId ?? 'python';
}
