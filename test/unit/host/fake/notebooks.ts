/** The editor's notebooks, as far as the host reads them and adds cells. */
import type { EventEmitter } from './events.ts';
import { Disposable } from './events.ts';
import { fake } from './state.ts';
import { FakeDocument } from './texts.ts';
import { Uri } from './values.ts';

export const NotebookCellKind = { Markup: 1, Code: 2 };
export const NotebookCellStatusBarAlignment = { Left: 1, Right: 2 };

export class NotebookCellStatusBarItem {
  tooltip?: string;
  command?: { readonly command: string; readonly arguments: readonly unknown[] };
  accessibilityInformation?: { readonly label: string; readonly role: string };

  constructor(
    readonly text: string,
    readonly alignment: number,
  ) {}
}

export class NotebookRange {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}
}

export class NotebookCellData {
  constructor(
    readonly kind: number,
    readonly value: string,
    readonly languageId: string,
  ) {}
}

interface Insertion {
  readonly index: number;
  readonly cells: readonly NotebookCellData[];
}

export const NotebookEdit = {
  insertCells: (index: number, cells: readonly NotebookCellData[]): Insertion => ({ index, cells }),
};

export class WorkspaceEdit {
  readonly edits: { readonly uri: Uri; readonly insertions: readonly Insertion[] }[] = [];

  set(uri: Uri, insertions: readonly Insertion[]): void {
    this.edits.push({ uri, insertions });
  }
}

export class FakeCell {
  readonly document: FakeDocument;

  constructor(
    readonly notebook: FakeNotebook,
    readonly kind: number,
    languageId: string,
    text: string,
    name: number,
  ) {
    const uri = Uri.from({ scheme: 'vscode-notebook-cell', path: notebook.uri.path, fragment: `cell${name}` });
    this.document = new FakeDocument(uri, languageId, text);
  }

  get index(): number {
    return this.notebook.getCells().indexOf(this);
  }
}

export class FakeNotebook {
  readonly uri = Uri.file('/w/notes.ipynb');
  private readonly cells: FakeCell[] = [];
  private made = 0;

  constructor(...cells: readonly NotebookCellData[]) {
    this.insert({ index: 0, cells });
    notebookDocuments.splice(0, notebookDocuments.length, this);
  }

  get cellCount(): number {
    return this.cells.length;
  }

  getCells(): readonly FakeCell[] {
    return this.cells;
  }

  cellAt(index: number): FakeCell {
    const cell = this.cells[index];
    if (!cell) throw new Error(`there is no cell ${index}`);
    return cell;
  }

  insert({ index, cells }: Insertion): void {
    const made = cells.map(({ kind, value, languageId }) => new FakeCell(this, kind, languageId, value, ++this.made));
    this.cells.splice(index, 0, ...made);
  }
}

/** The notebook that is open. */
export const notebookDocuments: FakeNotebook[] = [];

interface CellItemProvider {
  readonly onDidChangeCellStatusBarItems: EventEmitter<void>['event'];
  provideCellStatusBarItems(cell: FakeCell): NotebookCellStatusBarItem[];
}

/** What was registered last. */
export const cellItems: { provider?: CellItemProvider } = {};

export const notebooks = {
  registerNotebookCellStatusBarItemProvider(_type: string, provider: CellItemProvider): Disposable {
    cellItems.provider = provider;
    return new Disposable(() => delete cellItems.provider);
  },
};

export const notebookWorkspace = {
  notebookDocuments,
  async applyEdit({ edits }: WorkspaceEdit): Promise<boolean> {
    for (const { uri, insertions } of edits)
      for (const insertion of insertions) notebookDocuments.find((notebook) => notebook.uri === uri)?.insert(insertion);
    return true;
  },
};

export const notebookWindow = {
  async showNotebookDocument(notebook: FakeNotebook, { selections }: { selections: readonly NotebookRange[] }) {
    const at = selections.map(({ start, end }) => `${start}-${end}`).join();
    fake.shown.push({ kind: 'document', text: `${notebook.uri.toString()} cells ${at}`, choices: [] });
  },
};
