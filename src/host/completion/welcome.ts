/** Whether completions are wanted in a document at all, and if not, why: before any text is looked at. */
import * as vscode from 'vscode';
import { isUsable } from '../engine/engineHost.ts';
import type { Services } from '../services.ts';

/** Why nothing is offered. The last four are of automatic completions alone: who asks for one gets it, or its error. */
export type Unwelcome = 'no-model' | 'off' | 'excluded' | 'manual' | 'engine-down' | 'snoozed' | 'selection';

/** Undefined where a completion is welcome. @param isAsked the user asked for this one */
export function unwelcomeIn(
  { settings, engine, completionState }: Pick<Services, 'settings' | 'engine' | 'completionState'>,
  document: vscode.TextDocument,
  isAsked: boolean,
): Unwelcome | undefined {
  const { mode } = settings.completion(document);
  if (!isUsable(engine.state)) return 'no-model';
  if (mode === 'off') return 'off';
  if (isExcluded(settings, document)) return 'excluded';
  if (isAsked) return undefined;
  if (mode === 'manual') return 'manual';
  if (engine.state.engine === 'failed') return 'engine-down';
  if (completionState.isSnoozed) return 'snoozed';
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  return editor === undefined || editor.selection.isEmpty ? undefined : 'selection';
}

/** True for documents that the model must not see: the user's own list. */
export function isExcluded(settings: Services['settings'], document: vscode.TextDocument): boolean {
  return settings.completion(document).exclude.some((pattern) => vscode.languages.match({ pattern }, document) > 0);
}

/** Whether somebody who asks for a completion here gets one; where not, they are told why. */
export function isWelcomeOrExplain(
  services: Parameters<typeof unwelcomeIn>[0],
  document: vscode.TextDocument,
): boolean {
  const unwelcome = unwelcomeIn(services, document, true);
  if (unwelcome !== undefined) void vscode.window.showInformationMessage(explainUnwelcome(unwelcome));
  return unwelcome === undefined;
}

function explainUnwelcome(reason: Unwelcome): string {
  switch (reason) {
    case 'no-model':
      return vscode.l10n.t('There is no model to complete with: get one, or select another.');
    case 'off':
      return vscode.l10n.t('Completions are off for this language: see the setting “steerscope.completion.mode”.');
    case 'excluded':
      return vscode.l10n.t('This file is never completed: see the setting “steerscope.completion.exclude”.');
    case 'manual':
    case 'engine-down':
    case 'snoozed':
    case 'selection':
      return vscode.l10n.t('Nothing is offered by itself just now.');
  }
}
