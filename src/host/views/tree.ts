/** What the trees have in common: they are drawn again when what they show has changed. */
import * as vscode from 'vscode';

export abstract class Tree<T> implements vscode.TreeDataProvider<T>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[] = [];

  readonly onDidChangeTreeData = this.changed.event;

  /** What stands above the rows, where something has to be said of them. */
  get message(): string | undefined {
    return undefined;
  }

  /** The rows below `node`, of the whole tree where there is none. An empty tree shows its welcome. */
  abstract getChildren(node?: T): T[] | Promise<T[]>;

  abstract getTreeItem(node: T): vscode.TreeItem;

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** Draws the tree again whenever one of these events fires. */
  protected follow(...events: readonly vscode.Event<unknown>[]): void {
    this.subscriptions.push(...events.map((event) => event(() => this.refresh())));
  }

  /** Goes with the tree. */
  protected own(...disposables: readonly vscode.Disposable[]): void {
    this.subscriptions.push(...disposables);
  }
}
