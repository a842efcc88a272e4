/** The editor's documents and the editors that show them, as far as the host reads and decorates them. */
import { Disposable, EventEmitter } from './events.ts';
import type { Uri } from './values.ts';

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
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
    private text: string,
  ) {}

  get lineCount(): number {
    return this.lines.length;
  }

  getText(): string {
    return this.text;
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
  readonly selection = { isEmpty: true };
  decorations: readonly FakeDecoration[] = [];

  constructor(
    readonly document: FakeDocument,
    public visibleRanges: readonly Range[] = [new Range(0, 0, document.lineCount - 1, 0)],
  ) {}

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
  closed: new EventEmitter<unknown>(),
  shown: new EventEmitter<unknown>(),
  scrolled: new EventEmitter<unknown>(),
};

/** The editors that are seen. */
export const visible: FakeEditor[] = [];

export function showEditors(...editors: readonly FakeEditor[]): void {
  visible.splice(0, visible.length, ...editors);
  textEvents.shown.fire(visible);
}

export const textWindow = {
  onDidChangeVisibleTextEditors: textEvents.shown.event,
  onDidChangeTextEditorVisibleRanges: textEvents.scrolled.event,
  createTextEditorDecorationType: () =>
    new Disposable(() => {
      for (const editor of visible) editor.decorations = [];
    }),
};

export const textWorkspace = {
  onDidChangeTextDocument: textEvents.changed.event,
  onDidCloseTextDocument: textEvents.closed.event,
};

/** Of patterns only `** / NAME` and `**.EXTENSION` are understood: enough to say that one matches and another does not. */
export const languages = {
  match({ pattern }: { pattern: string }, document: FakeDocument): number {
    return document.uri.path.endsWith(pattern.replace(/^\*+\/?\*?/, '')) ? 10 : 0;
  },
};
