/**
 * What the tools for language models have in common. Input is written by a model, so it is checked here whatever the editor
 * has checked; an error is a sentence that says what to do, since a model is to read it; a cancellation reaches the engine.
 */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { UsageError } from '../../core/errors.ts';
import { withSignal } from '../cancellation.ts';
import { isCancelled, logError, wordsOf } from '../messages.ts';

const { t } = vscode.l10n;

export interface Tool<Input> {
  /** As in `languageModelTools` of the manifest. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, Input>;
  /** What is shown while it runs. */
  readonly doing: (input: Input) => string;
  /** Asked of the user before it runs; tools that change nothing have none. @throws what `run` would */
  readonly confirmation?: (input: Input) => vscode.LanguageModelToolConfirmationMessages;
  readonly run: (input: Input, signal: AbortSignal) => Promise<string>;
}

export function registerTool<Input>(log: vscode.LogOutputChannel, tool: Tool<Input>): vscode.Disposable {
  const { name, schema, doing, confirmation, run } = tool;
  return vscode.lm.registerTool<unknown>(name, {
    prepareInvocation: ({ input }) =>
      explained(log, name, async () => {
        const parsed = parse(name, schema, input);
        return {
          invocationMessage: doing(parsed),
          ...(confirmation ? { confirmationMessages: confirmation(parsed) } : {}),
        };
      }),
    invoke: ({ input }, token) =>
      explained(log, name, async () => {
        const parsed = parse(name, schema, input);
        const text = await withSignal(token, (signal) => run(parsed, signal));
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      }),
  });
}

/** Errors in the words that a model is given: it sees the message and nothing else. */
async function explained<T>(log: vscode.LogOutputChannel, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isCancelled(error)) throw new vscode.CancellationError();
    logError(log, error, name);
    throw new Error(wordsOf(error), { cause: error });
  }
}

/** @throws UsageError `tool-input`, which names what is wrong */
function parse<Input>(name: string, schema: v.GenericSchema<unknown, Input>, input: unknown): Input {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? t('the input');
  throw new UsageError(
    'tool-input',
    t('{0} was called with a wrong input: {1}: {2}', name, where, issue.message),
    t('Call it again as its schema says.'),
  );
}
