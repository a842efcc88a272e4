/** The editor's tree views, as far as the host uses them: a test draws one and selects its rows. */
import { Disposable, EventEmitter } from './events.ts';

interface Provider {
  readonly onDidChangeTreeData?: (listener: () => void) => Disposable;
  getChildren(node?: unknown): unknown[] | Promise<unknown[]>;
  getTreeItem(node: unknown): unknown;
}

export interface FakeTreeView {
  readonly treeDataProvider: Provider;
  selection: unknown[];
  message: string | undefined;
  /** How often the tree was asked to be drawn again. */
  changes: number;
  isDisposed: boolean;
}

/** By their ids. */
export const treeViews = new Map<string, FakeTreeView>();

export function createTreeView(id: string, { treeDataProvider }: { treeDataProvider: Provider }) {
  const visibility = new EventEmitter<{ visible: boolean }>();
  const view = {
    treeDataProvider,
    selection: [] as unknown[],
    message: undefined as string | undefined,
    changes: 0,
    isDisposed: false,
    visible: true,
    onDidChangeVisibility: visibility.event,
    dispose(): void {
      view.isDisposed = true;
      visibility.dispose();
    },
  };
  treeDataProvider.onDidChangeTreeData?.(() => view.changes++);
  treeViews.set(id, view);
  return view;
}

/** What colours the rows of files, asked for one address. */
export const decorationProviders: { provideFileDecoration(uri: unknown): unknown }[] = [];

export function registerFileDecorationProvider(provider: { provideFileDecoration(uri: unknown): unknown }): Disposable {
  decorationProviders.push(provider);
  return new Disposable(() => decorationProviders.splice(decorationProviders.indexOf(provider), 1));
}
