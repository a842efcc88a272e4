/**
 * What the tools for language models have in common. Input is written by a model, so it is checked here whatever the editor
 * has checked; a result and an error are English sentences, since a model reads them; a cancellation reaches the engine.
 */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { whole } from '../../core/charts/format.ts';
import { UsageError, throwIfCancelled } from '../../core/errors.ts';
import * as field from '../../protocol/fields.ts';
import { withSignal } from '../cancellation.ts';
import type { ChatApi } from './chatApi.ts';
import { explained } from './explained.ts';

export interface Tool<Input> {
  /** As in `languageModelTools` of the manifest. */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, Input>;
  /** What is shown to the user while it runs. */
  readonly doing: (input: Input) => string;
  /** Asked of the user before it runs; tools that change nothing have none. @throws what `run` would */
  readonly confirmation?: (input: Input) => vscode.LanguageModelToolConfirmationMessages;
  /** Returns what the model is told. */
  readonly run: (input: Input, signal: AbortSignal) => Promise<string>;
}

/** Undefined where the editor knows no tools. */
export function registerTool<Input>(
  api: ChatApi,
  log: vscode.LogOutputChannel,
  { name, schema, doing, confirmation, run }: Tool<Input>,
): vscode.Disposable | undefined {
  return api.registerTool?.<unknown>(name, {
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
        const text = await withSignal(token, async (signal) => {
          throwIfCancelled(signal);
          return run(parsed, signal);
        });
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      }),
  });
}

/** The input of a tool: an object that has these entries and no others. */
export function inputOf<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.StrictObjectSchema<Entries, v.ErrorMessage<v.StrictObjectIssue>> {
  return v.strictObject(entries, ({ expected, received }) => {
    if (expected === 'never') return `is no input of this tool, whose inputs are ${Object.keys(entries).join(', ')}`;
    return received === 'undefined' ? 'is missing' : 'must be an object';
  });
}

/** Some text to read, with a limit on its length. */
export function textToRead(maxCharacters: number): v.GenericSchema<unknown, string> {
  return v.pipe(
    field.someText,
    v.check((text) => text.trim() !== '', 'must hold more than white space'),
    v.maxLength(maxCharacters, `must have at most ${whole(maxCharacters)} characters`),
  );
}

/** @throws UsageError `tool-input`, which names what is wrong */
function parse<Input>(name: string, schema: v.GenericSchema<unknown, Input>, input: unknown): Input {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? 'it';
  throw new UsageError(
    'tool-input',
    `the input of ${name} is wrong: ${where} ${issue.message}`,
    'Correct it and call the tool again.',
  );
}
