/** The context keys that `when` clauses of the manifest ask for, kept true to the state. Nobody else sets one. */
import * as vscode from 'vscode';
import { isUsable } from './engine/engineHost.ts';
import type { Services } from './services.ts';

export function registerContextKeys({ engine, tasks, steering, completionState }: Services): vscode.Disposable {
  const set = (key: string, value: boolean): void =>
    void vscode.commands.executeCommand('setContext', `steerscope.${key}`, value);
  const updateModel = (): void => set('hasModel', isUsable(engine.state));
  const updateTasks = (): void => set('isGettingModel', tasks.isRunning('get'));
  const updateSteering = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    set('isSteering', document !== undefined && steering.inForce(document).choice.kind !== 'off');
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
    vscode.window.onDidChangeActiveTextEditor(updateSteering),
  );
}
