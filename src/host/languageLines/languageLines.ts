/**
 * The line-by-line read-out: at the end of each line, which language the model takes itself to be writing. It reads what is
 * seen of a document after each pause, where the setting says so and a model is there, and says an error once and quietly.
 */
import * as vscode from 'vscode';
import { SteerscopeError, throwIfCancelled } from '../../core/errors.ts';
import { isExcluded } from '../completion/welcome.ts';
import { isUsable } from '../engine/engineHost.ts';
import { isCancelled, logError, wordsOf } from '../messages.ts';
import type { Services } from '../services.ts';
import { excerptOf } from './excerpt.ts';
import { LineReader, type LineReaderOptions } from './lineReader.ts';
import { moved, readoutOf, type EndOfLine, type Readout } from './readout.ts';

const { t } = vscode.l10n;

/** Documents that somebody writes; outputs, comparisons and our own texts are not. */
const SCHEMES = ['file', 'untitled', 'vscode-vfs'];
/** So many lines below what is seen are read too, for small scrolls. */
const LINES_BELOW = 10;

type Parts = Pick<Services, 'engine' | 'settings' | 'completionState' | 'log'>;

/** What was read of a document, and of which of its versions. */
interface Kept extends Readout {
  readonly version: number;
}

export class LanguageLines implements vscode.Disposable {
  private readonly decoration = vscode.window.createTextEditorDecorationType({ after: { margin: '0 0 0 2em' } });
  private readonly kept = new Map<vscode.TextDocument, Kept>();
  private readonly reader: LineReader;
  private readonly subscriptions: readonly vscode.Disposable[];
  /** Reasons of errors that were told. */
  private readonly told = new Set<string>();
  /** The fingerprint of the model that the last reading is of. */
  private readBy: string | undefined;
  /** That of a model that has no probe: it is not asked again. */
  private without: string | undefined;
  private wasUsable: boolean;

  constructor(
    private readonly services: Parts,
    pause?: LineReaderOptions['pause'],
  ) {
    const { engine, settings, completionState } = services;
    this.reader = new LineReader({
      completionState,
      read: (document, signal) => this.read(document, signal),
      onError: (error) => this.tell(error),
      ...(pause ? { pause } : {}),
    });
    this.wasUsable = isUsable(engine.state);
    const { window, workspace } = vscode;
    this.subscriptions = [
      window.onDidChangeVisibleTextEditors(() => this.update()),
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.follow(textEditor)),
      workspace.onDidChangeTextDocument((event) => this.edited(event)),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
      engine.onDidChangeState(() => this.engineChanged()),
      settings.onDidChange('languageLines', () => this.again()),
      settings.onDidChange('completion.exclude', () => this.again()),
    ];
    this.update();
  }

  /** Reads everything that is seen again: another probe is there, or the settings say otherwise. */
  again(): void {
    this.without = undefined;
    this.told.clear();
    for (const document of [...this.kept.keys()]) this.forget(document);
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.reader.dispose();
    this.decoration.dispose();
  }

  /** Shows what is known of the documents that are seen, and reads what is not. */
  private update(): void {
    for (const editor of vscode.window.visibleTextEditors) this.follow(editor);
  }

  /** A reading opens the model by itself, which is no reason for another one. */
  private engineChanged(): void {
    const { state } = this.services.engine;
    const isOther =
      state.summary !== undefined && this.readBy !== undefined && state.summary.fingerprint !== this.readBy;
    if (isOther) this.again();
    else if (isUsable(state) !== this.wasUsable) this.update();
    this.wasUsable = isUsable(state);
  }

  private follow(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (!this.isWanted(document)) return this.forget(document);
    const kept = this.kept.get(document);
    editor.setDecorations(this.decoration, kept ? decorationsOf(document, kept.ends) : []);
    if (!kept || kept.version !== document.version || hasMore(document, kept)) this.reader.schedule(document);
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const kept = this.kept.get(document);
    if (kept) this.keep(document, { ...kept, ends: moved(kept.ends, contentChanges) });
    if (editorsOf(document).length > 0 && this.isWanted(document)) this.reader.schedule(document);
  }

  private isWanted(document: vscode.TextDocument): boolean {
    const { settings, engine } = this.services;
    if (!SCHEMES.includes(document.uri.scheme) || !settings.languageLines(document)) return false;
    const { model, summary } = engine.state;
    if (!isUsable(engine.state) || (model === 'ready' && summary?.fingerprint === this.without)) return false;
    return !isExcluded(settings, document);
  }

  private async read(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const seen = seenOf(document);
    const excerpt = seen && excerptOf(document, seen.wanted);
    if (!excerpt) return;
    const { version, languageId } = document;
    // The signal is not the opening's: a model that is being opened is wanted after the next key too.
    const result = await this.services.engine.use((client, { fingerprint }) => {
      throwIfCancelled(signal);
      this.readBy = fingerprint;
      return client.lines({ text: excerpt.text }, { signal });
    });
    if (!signal.aborted) this.keep(document, { ...readoutOf(result, excerpt, languageId), version });
  }

  private keep(document: vscode.TextDocument, kept: Kept): void {
    this.kept.set(document, kept);
    this.show(document, kept);
  }

  private show(document: vscode.TextDocument, kept: Kept | undefined): void {
    const decorations = kept ? decorationsOf(document, kept.ends) : [];
    for (const editor of editorsOf(document)) editor.setDecorations(this.decoration, decorations);
  }

  private forget(document: vscode.TextDocument): void {
    this.reader.cancel(document);
    if (this.kept.delete(document)) this.show(document, undefined);
  }

  /** To the log always, and to the user once, where it disturbs nobody. */
  private tell(error: unknown): void {
    if (isCancelled(error)) return;
    const { log, engine } = this.services;
    const reason = error instanceof SteerscopeError ? error.reason : String(error);
    if (reason === 'no-line-probe') this.without = engine.state.summary?.fingerprint;
    if (this.told.has(reason)) return log.debug(`language lines: ${wordsOf(error)}`);
    this.told.add(reason);
    logError(log, error, 'language lines');
    if (reason === 'no-line-probe') void offerFit();
    else void vscode.window.setStatusBarMessage(t('$(warning) Line languages: {0}', wordsOf(error)), 10_000);
  }
}

/** A model that none ships for has to be asked once, by a button, since it takes minutes. */
async function offerFit(): Promise<void> {
  const fit = t('Make One');
  const said = t('Which language a line is in is not known for this model: no probe was made on it. It takes minutes.');
  if ((await vscode.window.showInformationMessage(said, fit)) === fit)
    await vscode.commands.executeCommand('steerscope.fitLines');
}

function editorsOf(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
}

/** The first and the last line that is seen of a document, in any editor, and up to which one it is to be read. */
function seenOf(document: vscode.TextDocument): { first: number; last: number; wanted: number } | undefined {
  const ranges = editorsOf(document).flatMap(({ visibleRanges }) => visibleRanges);
  if (ranges.length === 0) return undefined;
  const end = document.lineCount - 1;
  const last = Math.min(end, Math.max(...ranges.map((range) => range.end.line)));
  const first = Math.min(...ranges.map((range) => range.start.line));
  return { first, last, wanted: Math.min(end, last + LINES_BELOW) };
}

/** True where reading again would show more: below what was read, or above it when less is seen below. */
function hasMore(document: vscode.TextDocument, { firstLine, lastLine }: Readout): boolean {
  const seen = seenOf(document);
  return seen !== undefined && (seen.last > lastLine || (seen.first < firstLine && seen.wanted < lastLine));
}

/** Told apart by the mark in the text as well as by colour. A keyboard reaches the hover from anywhere in the line. */
function decorationsOf(document: vscode.TextDocument, ends: readonly EndOfLine[]): vscode.DecorationOptions[] {
  return ends
    .filter(({ line }) => line < document.lineCount)
    .map(({ line, text, isForeign, hover }) => ({
      range: document.lineAt(line).range,
      hoverMessage: hover,
      renderOptions: {
        after: {
          contentText: text,
          color: new vscode.ThemeColor(isForeign ? 'editorWarning.foreground' : 'editorCodeLens.foreground'),
        },
      },
    }));
}
