/**
 * The grey text: a thin shell between the editor and the completions. It decides whether to ask at all, waits for a pause,
 * keeps showing what is being typed, and never says an error while somebody types.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { restOfShown, type Shown } from '../../core/completion/shown.ts';
import { restOfLine, type CursorText } from '../../core/completion/plan.ts';
import { isUsable } from '../engine/engineHost.ts';
import { isCancelled, logError, wordsOf } from '../messages.ts';
import type { Services } from '../services.ts';
import type { Completions } from './completions.ts';
import { cursorAt } from './cursor.ts';

/** What may stand behind the cursor without the line being somebody's finished line: what editors close by themselves. */
const TRIVIAL_REST = /^[\s)\]}>'"`;,:]*$/;

export class InlineProvider implements vscode.InlineCompletionItemProvider {
  private shown: Shown<null> | undefined;

  constructor(
    private readonly services: Services,
    private readonly completions: Completions,
  ) {}

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!this.isWelcome(document, isAsked)) return [];
    const cursor = cursorAt(document, position, context.selectedCompletionInfo);
    if (!isAsked && !TRIVIAL_REST.test(restOfLine(cursor.after))) return [];
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      return await this.offer(document, position, context, cursor, abort.signal);
    } catch (error) {
      if (!isCancelled(error) && !abort.signal.aborted) {
        logError(this.services.log, error, 'completion');
        this.services.completionState.failed(wordsOf(error));
      }
      return [];
    } finally {
      subscription.dispose();
    }
  }

  private isWelcome(document: vscode.TextDocument, isAsked: boolean): boolean {
    const { settings, engine, completionState } = this.services;
    const { mode, exclude } = settings.completion(document);
    if (mode === 'off' || !isUsable(engine.state)) return false;
    if (!isAsked && (mode === 'manual' || completionState.isSnoozed)) return false;
    if (exclude.some((pattern) => vscode.languages.match({ pattern }, document) > 0)) return false;
    const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
    return editor === undefined || editor.selection.isEmpty;
  }

  private async offer(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo: selected }: vscode.InlineCompletionContext,
    cursor: CursorText,
    signal: AbortSignal,
  ): Promise<vscode.InlineCompletionItem[]> {
    const isAsked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const choice = this.completions.choiceAt(document, cursor);
    const now = {
      document: document.uri.toString(),
      before: cursor.before,
      after: cursor.after,
      steering: JSON.stringify(choice),
    };
    const rest = this.shown && !isAsked ? restOfShown(this.shown, now) : undefined;
    if (rest !== undefined) return [item(rest, position, selected)];
    const { delayMs, maxTokens, maxTokensOnRequest } = this.services.settings.completion(document);
    const request = { document, position, cursor, maxTokens: isAsked ? maxTokensOnRequest : maxTokens, signal };
    if (!isAsked && this.completions.cached(request) === undefined) await sleep(delayMs, undefined, { signal });
    const completion = await this.completions.complete(request);
    signal.throwIfAborted();
    const text = completion?.suggestion?.text;
    if (completion === undefined || text === undefined) return [];
    this.shown = { ...now, text, origin: null };
    const items = [item(text, position, selected)];
    if (!isAsked || choice.kind === 'off') return items;
    // The unsteered one stands behind it where it is known: "Show the unsteered alternative" asks for it.
    const plain = this.completions.cached({ ...request, choice: { kind: 'off' } })?.suggestion?.text;
    return plain === undefined || plain === text ? items : [...items, item(plain, position, selected)];
  }
}

/** The editor shows only what goes on from the entry that is selected in its own list. */
function item(
  text: string,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem {
  if (selected) return new vscode.InlineCompletionItem(selected.text + text, selected.range);
  return new vscode.InlineCompletionItem(text, new vscode.Range(position, position));
}
