/**
 * The grey text: a thin shell between the editor and the completions. It decides whether to ask at all, waits for a pause,
 * keeps showing what is being typed, and never says an error while somebody types.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { restOfShown, type Shown, type TypedOn } from '../../core/completion/shown.ts';
import { restOfLine, type CursorText } from '../../core/completion/plan.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import type { SteeringChoice } from '../../core/steering/choice.ts';
import { withSignal } from '../cancellation.ts';
import { isCancelled, logError, showError, wordsOf } from '../messages.ts';
import type { Services } from '../services.ts';
import type { Completions } from './completions.ts';
import { cursorAt } from './cursor.ts';
import { unwelcomeIn } from './welcome.ts';

/** What may stand behind the cursor without the line being somebody's finished line: what editors close by themselves. */
const TRIVIAL_REST = /^[\s)\]}>'"`;,:]*$/;

type InlineProviderServices = Pick<Services, 'log' | 'settings' | 'engine' | 'completionState'>;

/** A choice for one place in the text as it is now, in place of the one in force. */
interface Once {
  readonly document: string;
  readonly before: string;
  readonly after: string;
  readonly choice: SteeringChoice;
}

interface Asked {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
  readonly selected: vscode.SelectedCompletionInfo | undefined;
  readonly isAsked: boolean;
  readonly cursor: CursorText;
  readonly choice: SteeringChoice;
}

export class InlineProvider implements vscode.InlineCompletionItemProvider {
  private shown: Shown | undefined;
  private once: Once | undefined;

  constructor(
    private readonly services: InlineProviderServices,
    private readonly completions: Completions,
  ) {}

  /** The next completion at this position is steered by `choice`, until the text changes otherwise than by typing it. */
  steerOnce(document: vscode.TextDocument, position: vscode.Position, choice: SteeringChoice): void {
    const { before, after } = cursorAt(document, position);
    this.once = { document: document.uri.toString(), before, after, choice };
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo: selected }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const isAsked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (unwelcomeIn(this.services, document, isAsked) !== undefined) return [];
    const cursor = cursorAt(document, position, selected);
    if (!isAsked && !TRIVIAL_REST.test(restOfLine(cursor.after))) return [];
    return withSignal(token, async (signal) => {
      try {
        const choice = this.choiceFor(document, cursor);
        return await this.offer({ document, position, selected, isAsked, cursor, choice }, signal);
      } catch (error) {
        if (!signal.aborted) this.failed(error, isAsked);
        return [];
      }
    });
  }

  /** Shows nothing any more of what was offered: the directions have changed. */
  forget(): void {
    this.shown = undefined;
  }

  private async offer(asked: Asked, signal: AbortSignal): Promise<vscode.InlineCompletionItem[]> {
    throwIfCancelled(signal);
    const { document, position, selected, isAsked, cursor, choice } = asked;
    const now = typedOn(document, cursor, choice);
    const rest = this.shown && !isAsked ? restOfShown(this.shown, now) : undefined;
    if (rest !== undefined) return [item(rest.text, position, selected, rest.replaced)];
    const { delayMs, maxTokens, maxTokensOnRequest } = this.services.settings.completion(document);
    const request = { document, position, cursor, choice, maxTokens: isAsked ? maxTokensOnRequest : maxTokens, signal };
    if (!isAsked && this.completions.cached(request) === undefined) await sleep(delayMs, undefined, { signal });
    const completion = await this.completions.complete(request);
    throwIfCancelled(signal);
    const text = completion?.suggestion?.text;
    if (text === undefined) return nothing(isAsked);
    this.shown = { ...now, text };
    const items = [item(text, position, selected)];
    if (!isAsked || choice.kind === 'off') return items;
    // Where the unsteered one is known too it stands behind it; "Compare" asks for it.
    const plain = this.completions.cached({ ...request, choice: { kind: 'off' } })?.suggestion?.text;
    return plain === undefined || plain === text ? items : [...items, item(plain, position, selected)];
  }

  /** The choice in force; of the place where one was made for once, that one, also while its text is being typed. */
  private choiceFor(document: vscode.TextDocument, cursor: CursorText): SteeringChoice {
    const { once, shown } = this;
    if (once !== undefined) {
      const now = typedOn(document, cursor, once.choice);
      const isThere = now.document === once.document && now.before === once.before && now.after === once.after;
      if (isThere || (shown && restOfShown(shown, now) !== undefined)) return once.choice;
      this.once = undefined;
    }
    return this.completions.choiceAt(document, cursor);
  }

  /** Who typed is told by the status bar and the log; who asked is told to their face. */
  private failed(error: unknown, isAsked: boolean): void {
    if (isCancelled(error)) return;
    this.services.completionState.failed(wordsOf(error));
    if (isAsked) void showError(this.services, error, 'completion');
    else logError(this.services.log, error, 'completion');
  }
}

/** No completion; who asked for one is told. */
function nothing(isAsked: boolean): vscode.InlineCompletionItem[] {
  if (isAsked) vscode.window.setStatusBarMessage(vscode.l10n.t('The model has nothing to add here.'), 4000);
  return [];
}

function typedOn(document: vscode.TextDocument, { before, after }: CursorText, choice: SteeringChoice): TypedOn {
  return { document: document.uri.toString(), before, after, steering: JSON.stringify(choice) };
}

/**
 * The editor shows only what goes on from the entry that is selected in its own list.
 * @param replaced characters behind the cursor that the text brings along
 */
function item(
  text: string,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
  replaced = 0,
): vscode.InlineCompletionItem {
  const start = selected?.range.start ?? position;
  const end = (selected?.range.end ?? position).translate(0, replaced);
  return new vscode.InlineCompletionItem((selected?.text ?? '') + text, new vscode.Range(start, end));
}
