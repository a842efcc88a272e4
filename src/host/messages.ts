/** How something that went wrong is told: once, in words that say what to do, with the log a click away. */
import * as vscode from 'vscode';
import { SteerscopeError } from '../core/errors.ts';
import type { Services } from './services.ts';

/** One line for the user, and what to do about it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof SteerscopeError)) return error instanceof Error ? error.message : String(error);
  // A sentence begins with a capital, unless it begins with the name of a file.
  const sentence = error.message.replace(/^[a-z]+(?=[\s,;:])/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return error.advice ? `${sentence}${/[.!?]$/.test(sentence) ? '' : '.'} ${error.advice}` : sentence;
}

export function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof SteerscopeError && error.kind === 'cancelled');
}

/** Writes an error to the log, with its stack where it is a fault of ours. */
export function logError(log: vscode.LogOutputChannel, error: unknown, what: string): void {
  if (isCancelled(error)) return log.debug(`${what}: cancelled`);
  log.error(`${what}: ${wordsOf(error)}`);
  if (!(error instanceof SteerscopeError) && error instanceof Error && error.stack) log.error(error.stack);
}

/** Shows an error that the user is waiting to hear of; a cancellation is none. */
export async function showError({ log }: Pick<Services, 'log'>, error: unknown, what: string): Promise<void> {
  logError(log, error, what);
  if (isCancelled(error)) return;
  const remedy = remedyOf(error);
  const showLog = vscode.l10n.t('Show Log');
  const buttons = remedy ? [remedy.label, showLog] : [showLog];
  const choice = await vscode.window.showErrorMessage(wordsOf(error), ...buttons);
  if (choice === showLog) log.show(true);
  else if (remedy && choice === remedy.label) await vscode.commands.executeCommand(remedy.command);
}

/** The command that helps, where one does. */
function remedyOf(error: unknown): { readonly label: string; readonly command: string } | undefined {
  if (SteerscopeError.is(error, 'model-missing'))
    return { label: vscode.l10n.t('Select Model…'), command: 'steerscope.selectModel' };
  if (SteerscopeError.is(error, 'crash-loop'))
    return { label: vscode.l10n.t('Restart Engine'), command: 'steerscope.restartEngine' };
  return undefined;
}
