/**
 * The file that somebody works on, as a probe of languages reads it: which one that is while a panel has the focus, what was
 * read of it, whether it has changed since, and the way from a token back into the editor.
 */
import * as vscode from 'vscode';
import { SteerscopeError, UsageError } from '../../../core/errors.ts';
import { PROBED_TOKENS } from '../../../protocol/defaults.ts';
import type { LinesResult, ModelSummary } from '../../../protocol/engineService.ts';
import type { FileReading, ProbesSnapshot } from '../../../protocol/panels/probes.ts';
import { isCancelled, logError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';

/** More than the tokens have that are read; what is longer need not be sent. */
const MAX_CHARACTERS = 60_000;

/** What is read: all of a document, or what is selected in it. */
interface Source {
  readonly document: vscode.TextDocument;
  /** Where its text begins in the document, and on which line. */
  readonly offset: number;
  readonly firstLine: number;
  readonly text: string;
  /** "a.cpp", "a.cpp:3-9". */
  readonly name: string;
}

/** What was read, and of which version of the document. */
interface Kept {
  readonly source: Source;
  readonly version: number;
  readonly reading: FileReading;
  /** [start, end) of each token in the document, as it was. */
  readonly places: readonly (readonly [number, number])[];
}

type FileState = Pick<ProbesSnapshot, 'file' | 'isReading' | 'fileProblem' | 'reading'>;

export class CurrentFile implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  private isReading = false;
  private problem: FileState['fileProblem'];
  private kept: Kept | undefined;
  private readings = 0;
  private shownName: string | undefined;

  /** @param onChange told when something that is shown has changed */
  constructor(
    private readonly services: Pick<Services, 'engine' | 'tasks' | 'log' | 'workedEditor'>,
    private readonly onChange: () => void,
  ) {
    const { window, workspace } = vscode;
    this.subscriptions = vscode.Disposable.from(
      services.workedEditor.onDidChange(onChange),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor && nameOf(textEditor) !== this.shownName) onChange();
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.kept?.source.document) onChange();
      }),
    );
  }

  get state(): FileState {
    const { kept, problem, isReading } = this;
    const name = this.editor && nameOf(this.editor);
    this.shownName = name;
    return {
      isReading,
      ...(name === undefined ? {} : { file: name }),
      ...(problem === undefined ? {} : { fileProblem: problem }),
      ...(kept === undefined
        ? {}
        : {
            reading: {
              key: kept.reading.key,
              name: kept.source.name,
              isStale: kept.source.document.version !== kept.version,
            },
          }),
    };
  }

  /** What was read last. */
  get reading(): FileReading | null {
    return this.kept?.reading ?? null;
  }

  /** Reads the file, or what is selected in it, once at a time; it tells by itself what goes wrong. */
  async read(): Promise<void> {
    if (this.isReading) return;
    this.problem = undefined;
    const source = this.editor && sourceOf(this.editor);
    if (source === undefined) {
      this.problem = { text: vscode.l10n.t('Open a file, and put the cursor into it.'), needsProbe: false };
      return this.onChange();
    }
    this.isReading = true;
    this.onChange();
    try {
      this.kept = await this.readSource(source);
    } catch (error) {
      logError(this.services.log, error, 'probes.readFile');
      const needsProbe = SteerscopeError.is(error, 'no-line-probe');
      if (!isCancelled(error)) this.problem = { text: wordsOf(error), needsProbe };
    }
    this.isReading = false;
    this.onChange();
  }

  /** Moves the editor to a token. @throws UsageError where another text was read since, or there is no such token */
  async openToken(key: number, index: number): Promise<void> {
    const { kept } = this;
    const place = kept?.reading.key === key ? kept.places[index] : undefined;
    if (kept === undefined || place === undefined)
      throw new UsageError(
        'unknown-token',
        vscode.l10n.t('this token is not there any more'),
        vscode.l10n.t('Read the file again.'),
      );
    const { document } = kept.source;
    const [start, end] = place;
    const seen = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = seen?.viewColumn ?? vscode.ViewColumn.Beside;
    const editor = await vscode.window.showTextDocument(document, { viewColumn });
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** A cell of a notebook has no editor of its own, into which a token would lead. */
  private get editor(): vscode.TextEditor | undefined {
    const { current } = this.services.workedEditor;
    return current?.document.uri.scheme === 'vscode-notebook-cell' ? undefined : current;
  }

  private async readSource(source: Source): Promise<Kept> {
    const { engine, tasks } = this.services;
    const { version } = source.document;
    const options = {
      kind: 'probeFile',
      title: vscode.l10n.t('Reading {0}', source.name),
      location: vscode.ProgressLocation.Window,
    } as const;
    return tasks.run(options, ({ signal, report }) =>
      engine.use(
        async (client, model) => {
          const params = { text: source.text, maxTokens: PROBED_TOKENS, perToken: true };
          const result = await client.lines(params, { signal, onEvent: report });
          return { source, version, ...readingOf(source, result, model, ++this.readings) };
        },
        { signal, onProgress: report },
      ),
    );
  }
}

function sourceOf(editor: vscode.TextEditor): Source {
  const { document, selection } = editor;
  const text = document.getText(selection.isEmpty ? undefined : selection);
  const skipped = Math.max(0, text.length - MAX_CHARACTERS);
  const offset = skipped + (selection.isEmpty ? 0 : document.offsetAt(selection.start));
  const firstLine = document.positionAt(offset).line;
  return { document, offset, firstLine, text: text.slice(skipped), name: nameOf(editor) };
}

/** "a.cpp", or with the lines of a selection "a.cpp:3-9". */
function nameOf({ document, selection }: vscode.TextEditor): string {
  const file = vscode.workspace.asRelativePath(document.uri);
  if (selection.isEmpty) return file;
  const [first, last] = [selection.start.line + 1, selection.end.line + 1];
  return first === last ? `${file}:${first}` : `${file}:${first}-${last}`;
}

function readingOf(
  { offset, firstLine, text }: Source,
  { languages, perToken = [], leftOut, probe }: LinesResult,
  { name, precision }: ModelSummary,
  key: number,
): Pick<Kept, 'reading' | 'places'> {
  return {
    reading: {
      key,
      languages,
      tokens: perToken.map(({ start, end, line, scores }) => ({
        text: text.slice(start, end),
        line: firstLine + line,
        scores,
      })),
      firstLine: firstLine + leftOut.lines,
      probe,
      model: { name, precision },
      readAt: new Date().toISOString(),
    },
    places: perToken.map(({ start, end }) => [offset + start, offset + end] as const),
  };
}
