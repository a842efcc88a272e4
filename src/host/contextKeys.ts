/** The context keys that `when` clauses of the manifest ask for, kept true to the state. Nobody else sets one. */
import * as vscode from 'vscode';
import { steeredHere, watchCursor } from './completion/cursor.ts';
import { isUsable } from './engine/engineHost.ts';
import type { Services } from './services.ts';

export function registerContextKeys({ engine, tasks, steering, completionState }: Services): vscode.Disposable {
  const set = (key: string, value: boolean): void =>
    void vscode.commands.executeCommand('setContext', `steerscope.${key}`, value);
  const updateModel = (): void => set('hasModel', isUsable(engine.state));
  const updateTasks = (): void => set('isGettingModel', tasks.isRunning('get'));
  const updateSteering = (): void => {
    const editor = vscode.window.activeTextEditor;
    set('isSteering', editor !== undefined && steering.inForce(steeredHere(editor)).choice.kind !== 'off');
  };
  const updateCompletion = (): void => {
    set('isCompleting', !completionState.isSnoozed);
    set('hasCompletion', completionState.last !== undefined);
  };
  updateModel();
  updateSteering();
  updateCompletion();
  return vscode.Disposable.from(
    engine.onDidChangeState(updateModel),
    tasks.onDidChange(updateTasks),
    steering.onDidChange(updateSteering),
    completionState.onDidChange(updateCompletion),
    watchCursor(updateSteering),
  );
}
