/**
 * What of the editor's chat is used, and whether the editor at hand has it. The chat models are of VS Code 1.104, newer
 * than the types of the oldest VS Code that is supported: they are declared here, by VS Code's own names, as far as used.
 */
import * as vscode from 'vscode';

/** A model as the list of chat models shows it. Lengths are in tokens. */
export interface LanguageModelChatInformation {
  /** One of its own among the models of the provider. */
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly tooltip: string;
  /** Shown beside the name. */
  readonly detail: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: { readonly imageInput: boolean; readonly toolCalling: boolean };
}

export interface LanguageModelChatRequestMessage {
  /** The editor's own chat also sends the role of the system, which the type does not know. */
  readonly role: number;
  /** Parts of any kind: text, images, calls of tools and their results. */
  readonly content: readonly unknown[];
}

export interface ProvideLanguageModelChatResponseOptions {
  readonly tools?: readonly unknown[];
  readonly toolMode?: vscode.LanguageModelChatToolMode;
}

export interface LanguageModelChatProvider {
  readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>;
  /** `silent` forbids to ask the user anything. */
  provideLanguageModelChatInformation(
    options: { readonly silent: boolean },
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<LanguageModelChatInformation[]>;
  provideLanguageModelChatResponse(
    model: LanguageModelChatInformation,
    messages: readonly LanguageModelChatRequestMessage[],
    options: ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelTextPart>,
    token: vscode.CancellationToken,
  ): Promise<void>;
  provideTokenCount(
    model: LanguageModelChatInformation,
    text: string | LanguageModelChatRequestMessage,
    token: vscode.CancellationToken,
  ): Promise<number>;
}

export interface ChatApi {
  readonly registerTool?: typeof vscode.lm.registerTool;
  readonly registerLanguageModelChatProvider?: (
    vendor: string,
    provider: LanguageModelChatProvider,
  ) => vscode.Disposable;
}

/** The editor's API of chats. Older editors, and editors made from VS Code, lack parts of it or all. */
export function chatApi(): ChatApi {
  return (vscode as { readonly lm?: ChatApi }).lm ?? {};
}
