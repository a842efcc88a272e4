/** How work for a chat fails: as one sentence that says what to do, since whoever asked sees the message and nothing else. */
import * as vscode from 'vscode';
import { SteerscopeError } from '../../core/errors.ts';
import { isCancelled, logError, wordsOf } from '../messages.ts';

/**
 * Runs `work` under the name `what`, by which the log knows it.
 * @throws CancellationError where it was cancelled, else an Error that is words only; the log has its cause
 */
export async function explained<T>(log: vscode.LogOutputChannel, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    logError(log, error, what);
    if (isCancelled(error)) throw new vscode.CancellationError();
    throw new Error(explanation(error));
  }
}

function explanation(error: unknown): string {
  const words = wordsOf(error);
  // What the engine did not foresee either comes under this reason.
  const isForeseen = error instanceof SteerscopeError && error.reason !== 'internal';
  return isForeseen ? words : `A fault inside of Steerscope, whose log says more: ${words}`;
}
