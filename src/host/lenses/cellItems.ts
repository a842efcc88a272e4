/**
 * The same as the lenses, for markdown cells of notebooks, which have no lenses: one item below the cell. The editor shows
 * it there only while the cell is edited, so the empty code cell below it has it too.
 */
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
      const asking = askingCell(cell);
      if (!asking || !settings.codeLens(asking.document).isEnabled) return [];
      const place = cellPlace(asking.document.getText(), codeLanguageOf(cell.notebook));
      if (place === undefined) return [];
      const steered = { uri: cell.notebook.uri, languageId: codeLanguageOf(cell.notebook), placeId: place.id };
      const label = choiceLabel(steering.inForce(steered).choice);
      const item = new vscode.NotebookCellStatusBarItem(
        `$(compass) ${t('Steer: {0}', label)}`,
        vscode.NotebookCellStatusBarAlignment.Left,
      );
      item.tooltip = t('Choose a language, and write the code into the cell below');
      item.command = { title: item.text, command: 'steerscope.steerCell', arguments: [asking] };
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

/** The markdown cell that is asked by: the cell itself, or the one above an empty code cell. */
function askingCell(cell: vscode.NotebookCell): vscode.NotebookCell | undefined {
  const { Markup } = vscode.NotebookCellKind;
  if (cell.kind === Markup) return cell;
  if (cell.index === 0 || cell.document.getText().trim() !== '') return undefined;
  const above = cell.notebook.cellAt(cell.index - 1);
  return above.kind === Markup ? above : undefined;
}

/** The language of the notebook's code cells: of the first there is. */
export function codeLanguageOf(notebook: vscode.NotebookDocument): string {
  return notebook.getCells().find(({ kind }) => kind === vscode.NotebookCellKind.Code)?.document.languageId ?? 'python';
}
