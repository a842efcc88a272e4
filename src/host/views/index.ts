/** The three trees of the activity bar: drawn from what is on the disk and in the services, without an engine. */
import * as vscode from 'vscode';
import { registerGroup } from '../commands/register.ts';
import type { Services } from '../services.ts';
import { DirectionsView, type DirectionNode } from './directionsView.ts';
import { ModelsView, type ModelNode } from './modelsView.ts';
import { RunsView } from './runsView.ts';
import type { Tree } from './tree.ts';

const { t } = vscode.l10n;

/** A tree that is on the screen. */
interface Shown {
  readonly refresh: () => void;
  /** Removes the row that is selected, if it is one that can be removed. */
  readonly removeSelected: () => Promise<void>;
  readonly disposable: vscode.Disposable;
}

export function registerViews(services: Services): vscode.Disposable {
  const shown = new Map<string, Shown>([
    ['models', show('steerscope.models', new ModelsView(services), removerOfModel)],
    ['directions', show('steerscope.directions', new DirectionsView(services), removerOfDirection)],
    ['runs', show('steerscope.runs', new RunsView(services), () => 'steerscope.removeRun')],
  ]);
  const commands = registerGroup(services, {
    refreshViews: async () => {
      await services.engine.refresh();
      await services.directions.refresh();
      for (const { refresh } of shown.values()) refresh();
    },
    // A key is not told which row it was pressed on, so the view of its argument is asked.
    removeSelected: (view: string) => shown.get(view)?.removeSelected(),
  });
  return vscode.Disposable.from(commands, ...[...shown.values()].map(({ disposable }) => disposable));
}

/** @param removerOf the command that removes a row; undefined for rows that stay */
function show<T>(id: string, tree: Tree<T>, removerOf: (node: T) => string | undefined): Shown {
  const view = vscode.window.createTreeView(id, { treeDataProvider: tree });
  const say = (): void => {
    view.message = tree.message ?? '';
  };
  say();
  return {
    refresh: () => tree.refresh(),
    removeSelected: async () => {
      const [node] = view.selection;
      const remover = node && removerOf(node);
      if (remover) await vscode.commands.executeCommand(remover, node);
      else void vscode.window.setStatusBarMessage(t('Nothing that can be removed is selected.'), 5000);
    },
    disposable: vscode.Disposable.from(tree.onDidChangeTreeData(say), view, tree),
  };
}

function removerOfModel(node: ModelNode): string | undefined {
  return node.kind === 'model' && node.isFetched ? 'steerscope.removeModel' : undefined;
}

function removerOfDirection(node: DirectionNode): string | undefined {
  return node.kind === 'direction' && node.direction.isOwn ? 'steerscope.removeArtefact' : undefined;
}
