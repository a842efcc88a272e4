/** The editor's documents and the editors that show them, as far as the host reads and decorates them. */
import { Disposable, EventEmitter } from './events.ts';
import { events, fake } from './state.ts';
import { Uri } from './values.ts';

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position);
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number);
  constructor(...at: [Position, Position] | [number, number, number, number]) {
    [this.start, this.end] = at.length === 2 ? at : [new Position(at[0], at[1]), new Position(at[2], at[3])];
  }

  get isEmpty(): boolean {
    return this.start.line === this.end.line && this.start.character === this.end.character;
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

/** Decorations of one kind, as an editor was last told them. */
export interface FakeDecoration {
  readonly range: Range;
  readonly hoverMessage: { readonly value: string; readonly isTrusted: unknown };
  readonly renderOptions: { readonly after: { readonly contentText: string; readonly color: { readonly id: string } } };
}

export class FakeDocument {
  version = 1;

  constructor(
    readonly uri: Uri,
    readonly languageId: string,
    private text = '',
  ) {}

  get lineCount(): number {
    return this.lines.length;
  }

  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }

  offsetAt({ line, character }: Position): number {
    return this.lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, character);
  }

  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split('\n');
    return new Position(before.length - 1, before.at(-1)?.length ?? 0);
  }

  lineAt(line: number): { readonly text: string; readonly range: Range } {
    const text = this.lines[line];
    if (text === undefined) throw new Error(`there is no line ${line}`);
    return { text, range: new Range(line, 0, line, text.length) };
  }

  /** Puts a text in place of whole lines, as somebody who types does, and tells it. */
  edit(firstLine: number, lastLine: number, text: string): void {
    const lines = [...this.lines];
    const range = new Range(firstLine, 0, lastLine, lines[lastLine]?.length ?? 0);
    lines.splice(firstLine, lastLine - firstLine + 1, ...text.split('\n'));
    this.text = lines.join('\n');
    this.version++;
    textEvents.changed.fire({ document: this, contentChanges: [{ range, text }] });
  }

  private get lines(): readonly string[] {
    return this.text.split('\n');
  }
}

export class FakeEditor {
  selections: readonly Selection[] = [new Selection(0, 0, 0, 0)];
  readonly viewColumn = 1;
  decorations: readonly FakeDecoration[] = [];

  constructor(
    readonly document: FakeDocument,
    public visibleRanges: readonly Range[] = [new Range(0, 0, document.lineCount - 1, 0)],
  ) {}

  get selection(): Selection {
    return this.selections[0] ?? new Selection(0, 0, 0, 0);
  }

  set selection(selection: Selection) {
    this.selections = [selection];
    textEvents.selected.fire({ textEditor: this });
  }

  /** Puts the cursor there, with nothing selected. */
  moveTo(position: Position): void {
    this.selection = new Selection(position, position);
  }

  revealRange(): void {}

  setDecorations(_type: unknown, decorations: readonly FakeDecoration[]): void {
    this.decorations = decorations;
  }

  /** Shows other lines. */
  scroll(firstLine: number, lastLine: number): void {
    this.visibleRanges = [new Range(firstLine, 0, lastLine, 0)];
    textEvents.scrolled.fire({ textEditor: this, visibleRanges: this.visibleRanges });
  }
}

export const textEvents = {
  changed: new EventEmitter<unknown>(),
  opened: new EventEmitter<unknown>(),
  closed: new EventEmitter<unknown>(),
  shown: new EventEmitter<unknown>(),
  scrolled: new EventEmitter<unknown>(),
  selected: new EventEmitter<unknown>(),
};

/** The editors that are seen. */
export const visible: FakeEditor[] = [];

export function showEditors(...editors: readonly FakeEditor[]): void {
  visible.splice(0, visible.length, ...editors);
  textEvents.shown.fire(visible);
}

/** Shows an editor, and makes it the one that is typed in. */
export function activateEditor(editor: FakeEditor): FakeEditor {
  if (!visible.includes(editor)) showEditors(...visible, editor);
  fake.activeTextEditor = editor;
  events.activeEditor.fire(editor);
  return editor;
}

/** Where the cursor is in texts that tests write. */
export const CURSOR = '‸';

/** Opens a text with its cursor, as the active editor. */
export function openMarked(marked: string, languageId = 'python', uri = Uri.file('/w/a.py')): FakeEditor {
  const offset = marked.indexOf(CURSOR);
  const document = new FakeDocument(uri, languageId, marked.replace(CURSOR, ''));
  fake.textDocuments.push(document);
  const editor = new FakeEditor(document);
  if (offset >= 0) editor.moveTo(document.positionAt(offset));
  return activateEditor(editor);
}

/** Puts a text with its cursor in place of all that an editor shows, as somebody who types does. */
export function retype(editor: FakeEditor, marked: string): void {
  const { document } = editor;
  document.edit(0, document.lineCount - 1, marked.replace(CURSOR, ''));
  editor.moveTo(document.positionAt(marked.indexOf(CURSOR)));
}

export const textWindow = {
  onDidChangeTextEditorSelection: textEvents.selected.event,
  async showTextDocument(document: FakeDocument): Promise<FakeEditor> {
    fake.shown.push({ kind: 'document', text: document.uri.toString(), choices: [] });
    return activateEditor(visible.find((editor) => editor.document === document) ?? new FakeEditor(document));
  },
  onDidChangeVisibleTextEditors: textEvents.shown.event,
  onDidChangeTextEditorVisibleRanges: textEvents.scrolled.event,
  createTextEditorDecorationType: () =>
    new Disposable(() => {
      for (const editor of visible) editor.decorations = [];
    }),
};

/** What gives the texts of a scheme. */
const providers = new Map<string, { provideTextDocumentContent(uri: Uri): string }>();

export const textWorkspace = {
  registerTextDocumentContentProvider(
    scheme: string,
    provider: { provideTextDocumentContent(uri: Uri): string },
  ): Disposable {
    providers.set(scheme, provider);
    return new Disposable(() => providers.delete(scheme));
  },
  /** The document that is open there, or that a provider gives. */
  async openTextDocument(uri: Uri): Promise<FakeDocument> {
    const open = fake.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open) return open as FakeDocument;
    return new FakeDocument(uri, 'plaintext', providers.get(uri.scheme)?.provideTextDocumentContent(uri) ?? '');
  },
  onDidChangeTextDocument: textEvents.changed.event,
  onDidOpenTextDocument: textEvents.opened.event,
  onDidCloseTextDocument: textEvents.closed.event,
};
