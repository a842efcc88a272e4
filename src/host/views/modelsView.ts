/** The tree of models: those on this machine, the chosen one marked, and what is known of it while it is open. */
import path from 'node:path';
import * as vscode from 'vscode';
import { megabytes, whole } from '../../core/charts/format.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import { wordsOf } from '../messages.ts';
import { localModels, packedBytes, type LocalModel } from '../models/localModels.ts';
import type { Services } from '../services.ts';
import { Tree } from './tree.ts';
import { described, oneLine, tooltip, type Detail } from '../shownText.ts';

const { t } = vscode.l10n;

/** A row: a model (which the commands take as it is), a fact of the open one, or what packed weights take. */
export type ModelNode =
  | (LocalModel & { readonly kind: 'model' })
  | { readonly kind: 'fact'; readonly label: string; readonly value: string }
  | { readonly kind: 'packed'; readonly sizeBytes: number };

export class ModelsView extends Tree<ModelNode> {
  constructor(private readonly services: Pick<Services, 'engine' | 'settings'>) {
    super();
    const { engine, settings } = services;
    this.follow(engine.onDidChangeState);
    this.own(...['model', 'home'].map((name) => settings.onDidChange(name, () => this.refresh())));
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node) return node.kind === 'model' ? this.factsOf(node) : [];
    const models = await localModels(this.services);
    // Without a model the view is empty, so that it says how to get one.
    if (models.length === 0) return [];
    const sizeBytes = await packedBytes(this.services);
    const packed: ModelNode[] = sizeBytes > 0 ? [{ kind: 'packed', sizeBytes }] : [];
    return [...models.map((model): ModelNode => ({ kind: 'model', ...model })), ...packed];
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    if (node.kind === 'model') return this.modelItem(node);
    return node.kind === 'fact' ? factItem(node.label, node.value) : packedItem(node.sizeBytes);
  }

  private modelItem(node: ModelNode & { readonly kind: 'model' }): vscode.TreeItem {
    const { file, sizeBytes, isFetched } = node;
    const name = shownName(node);
    const isChosen = this.isChosen(node);
    const { model: state, error } = this.services.engine.state;
    const isFailed = isChosen && state === 'failed';
    const item = new vscode.TreeItem(name, this.collapsibleState(node));
    const mark = isFailed ? t('could not be opened') : isChosen && t('in use');
    item.id = `model:${file}`;
    item.description = described(mark, megabytes(sizeBytes));
    const origin = isFetched ? t('fetched by Steerscope') : t('a file of yours');
    const details: Detail[] = [
      [t('File'), file],
      [t('Size on disk'), megabytes(sizeBytes)],
      [t('Origin'), origin],
      ...(isFailed && error ? [[t('Problem'), wordsOf(error)] as const] : []),
    ];
    item.tooltip = tooltip(name, details);
    item.contextValue = isFetched ? 'model.fetched' : 'model';
    item.iconPath = new vscode.ThemeIcon(isFailed ? 'warning' : isChosen ? 'pass-filled' : 'circle-outline');
    item.command = { command: 'steerscope.selectModel', title: t('Use This Model'), arguments: [node] };
    item.accessibilityInformation = {
      label: [name, mark, megabytes(sizeBytes), origin].filter(Boolean).join(', '),
      role: 'treeitem',
    };
    return item;
  }

  private isChosen({ name }: LocalModel): boolean {
    return name === this.services.settings.model.model;
  }

  private collapsibleState(model: LocalModel): vscode.TreeItemCollapsibleState {
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    return this.isChosen(model) && this.services.engine.state.summary ? Expanded : None;
  }

  private factsOf(model: LocalModel): ModelNode[] {
    const { summary } = this.services.engine.state;
    if (!summary || !this.isChosen(model)) return [];
    return factsOf(summary).map(([label, value]) => ({ kind: 'fact', label, value }));
  }
}

function factsOf(summary: ModelSummary): Detail[] {
  const { layers, dModel, heads, kvHeads, context, vocab, precision, weightTypes, infill } = summary;
  const types = Object.entries(weightTypes).map(([type, count]) => `${type} (${count})`);
  return [
    [t('Layers'), String(layers)],
    [t('Width'), t('{0}, {1} heads, {2} for keys and values', whole(dModel), heads, kvHeads)],
    [t('Context'), t('{0} tokens', whole(context))],
    [t('Vocabulary'), t('{0} tokens', whole(vocab))],
    [t('Precision'), precision],
    [t('Weights'), types.join(', ')],
    [t('Text after the cursor'), infill ? t('is used') : t('cannot be used')],
  ];
}

function factItem(label: string, value: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = oneLine(value);
  item.tooltip = tooltip(label, [[label, value]]);
  item.iconPath = new vscode.ThemeIcon('symbol-numeric');
  item.accessibilityInformation = { label: `${label}: ${oneLine(value)}`, role: 'treeitem' };
  return item;
}

function packedItem(sizeBytes: number): vscode.TreeItem {
  const label = t('Packed weights');
  const item = new vscode.TreeItem(label);
  const explained = t('Weights as the engine maps them into memory. They are made again when they are needed.');
  item.id = 'packed';
  item.description = megabytes(sizeBytes);
  item.tooltip = tooltip(label, [[t('Size on disk'), megabytes(sizeBytes)]], explained);
  item.iconPath = new vscode.ThemeIcon('database');
  item.accessibilityInformation = { label: `${label}, ${megabytes(sizeBytes)}. ${explained}`, role: 'treeitem' };
  return item;
}

function shownName({ name }: LocalModel): string {
  return oneLine(path.basename(name));
}
