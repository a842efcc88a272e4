/**
 * The one item of the status bar: which model, what it is steered to, and what it is doing. It only shows; a click opens
 * the menu.
 */
import * as vscode from 'vscode';
import { steeredPlace } from '../core/completion/plan.ts';
import type { CompletionState } from './completion/completionState.ts';
import { cursorAt, steeredAt, watchCursor } from './completion/cursor.ts';
import { isUsable, type EngineState } from './engine/engineHost.ts';
import { wordsOf } from './messages.ts';
import type { Services } from './services.ts';
import { steeringInWords } from './steering/steeringWords.ts';

const { t } = vscode.l10n;

export function registerStatusBar({ engine, steering, completionState }: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('steerscope.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Steerscope';
  item.command = 'steerscope.menu';
  let steered: string | undefined;
  const draw = (): void => {
    const { icon, text, explained, isDown } = shown(engine.state, completionState);
    item.text = [`$(${icon})`, text, ...(steered ? [`· ${steered}`] : [])].join(' ');
    item.tooltip = steered ? `${explained}\n${t('Steering here: {0}', steered)}` : explained;
    item.accessibilityInformation = {
      label: `Steerscope: ${explained}${steered ? ` ${t('Steering here: {0}', steered)}` : ''}`,
      role: 'button',
    };
    item.backgroundColor = isDown ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  };
  // Reads the text round the cursor, which the beginning and the end of a completion do not change.
  const update = (): void => {
    const editor = vscode.window.activeTextEditor;
    steered = editor && isUsable(engine.state) ? steeredTo(steering, editor) : undefined;
    draw();
  };
  update();
  item.show();
  return vscode.Disposable.from(
    item,
    engine.onDidChangeState(update),
    steering.onDidChange(update),
    completionState.onDidChange(draw),
    watchCursor(update),
  );
}

/** The choice in force at the cursor, and what it comes to there. */
function steeredTo(steering: Services['steering'], { document, selection }: vscode.TextEditor): string {
  const cursor = cursorAt(document, selection.active);
  const steered = steeredAt(document, cursor);
  return steeringInWords(steering.inForce(steered).choice, steering.resolve(steered, steeredPlace(cursor)));
}

interface Shown {
  readonly icon: string;
  readonly text: string;
  /** A sentence for the tooltip and for a screen reader. */
  readonly explained: string;
  readonly isDown?: boolean;
}

function shown(engine: EngineState, completion: CompletionState): Shown {
  const ofEngine = shownEngine(engine);
  if (!isUsable(engine) || engine.engine === 'failed') return ofEngine;
  const { text, explained } = ofEngine;
  if (completion.isWorking) return { icon: 'sync~spin', text, explained: t('{0} It is completing.', explained) };
  if (completion.problem !== undefined)
    return { icon: 'warning', text, explained: t('The last completion failed: {0}', completion.problem) };
  if (completion.isSnoozed) return { icon: 'bell-slash', text, explained: t('Automatic completions are paused.') };
  return ofEngine;
}

function shownEngine({ engine, model, summary, error }: EngineState): Shown {
  if (engine === 'failed') {
    const explained = t('The engine crashed several times in a row. Restart it from the menu.');
    return { icon: 'error', text: t('engine down'), explained, isDown: true };
  }
  switch (model) {
    case 'missing':
      return { icon: 'compass', text: 'Steerscope', explained: t('No model is on this machine yet.') };
    case 'fetching':
      return { icon: 'sync~spin', text: t('getting the model'), explained: t('The model is being fetched.') };
    case 'opening':
      return { icon: 'sync~spin', text: t('opening'), explained: t('The model is being opened.') };
    case 'failed': {
      const explained = error ? wordsOf(error) : t('The model could not be opened.');
      return { icon: 'warning', text: t('model not opened'), explained };
    }
    case 'closed':
      return { icon: 'compass', text: 'Steerscope', explained: t('The model is opened when it is first used.') };
    case 'ready':
      return {
        icon: 'compass',
        text: summary?.name ?? 'Steerscope',
        explained: t('{0}, {1}, is ready.', summary?.name ?? '', summary?.precision ?? ''),
      };
  }
}
