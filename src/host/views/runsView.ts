/** The tree of past runs: the studies that were kept, the newest first. Opening one is the panels' affair. */
import * as vscode from 'vscode';
import type { RunSummary } from '../runs/runStore.ts';
import type { Services } from '../services.ts';
import { Tree } from './tree.ts';
import { described, oneLine, tooltip } from '../shownText.ts';

const { t } = vscode.l10n;

/** What `openRun` and `removeRun` are given. */
export interface RunNode {
  readonly run: RunSummary;
}

/** The icon of each kind of study. */
const ICONS: Readonly<Record<string, string>> = {
  bias: 'graph',
  probes: 'pulse',
  compare: 'diff',
  intervene: 'beaker',
};

export class RunsView extends Tree<RunNode> {
  constructor(private readonly services: Pick<Services, 'runs' | 'settings'>) {
    super();
    this.follow(services.runs.onDidChange);
    this.own(services.settings.onDidChange('home', () => this.refresh()));
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node) return [];
    return (await this.services.runs.list()).map((run) => ({ run }));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const { id, kind, title, createdAt, model } = node.run;
    const label = oneLine(title);
    const made = new Date(createdAt).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
    const item = new vscode.TreeItem(label);
    item.id = `run:${id}`;
    item.description = described(made, oneLine(model));
    item.tooltip = tooltip(title, [
      [t('Study'), kind],
      [t('Model'), model],
      [t('Made'), made],
    ]);
    item.contextValue = 'run';
    item.iconPath = new vscode.ThemeIcon(ICONS[kind] ?? 'file');
    item.command = { command: 'steerscope.openRun', title: t('Open'), arguments: [node] };
    item.accessibilityInformation = { label: `${label}, ${made}, ${oneLine(model)}`, role: 'treeitem' };
    return item;
  }
}
