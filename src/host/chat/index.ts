/** Steerscope in the editor's chat, as far as the editor at hand has one: tools for its models, and our model among them. */
import * as vscode from 'vscode';
import { wordsOf } from '../messages.ts';
import type { Services } from '../services.ts';
import { chatApi, type ChatApi } from './chatApi.ts';
import { ChatProvider, VENDOR } from './chatProvider.ts';
import { classifyLanguage } from './classifyLanguage.ts';
import { inspectActivations } from './inspectActivations.ts';
import { setSteering } from './setSteering.ts';
import { registerTool } from './tool.ts';

export function registerChat(services: Services): vscode.Disposable {
  const { log } = services;
  const api = chatApi();
  const parts: readonly (() => vscode.Disposable | undefined)[] = [
    () => registerTool(api, log, inspectActivations(services)),
    () => registerTool(api, log, classifyLanguage(services)),
    () => registerTool(api, log, setSteering(services)),
    () => registerChatModel(api, services),
  ];
  return vscode.Disposable.from(...parts.flatMap((register) => attempt(log, register) ?? []));
}

/** Undefined where the editor takes no chat models from extensions. */
function registerChatModel(api: ChatApi, services: Services): vscode.Disposable | undefined {
  if (!api.registerLanguageModelChatProvider) return undefined;
  const provider = new ChatProvider(services);
  try {
    return vscode.Disposable.from(api.registerLanguageModelChatProvider(VENDOR, provider), provider);
  } catch (error) {
    provider.dispose();
    throw error;
  }
}

/** Editors have had these names before they let every extension use them: who is refused goes without, and runs. */
function attempt(
  log: vscode.LogOutputChannel,
  register: () => vscode.Disposable | undefined,
): vscode.Disposable | undefined {
  try {
    return register();
  } catch (error) {
    log.warn(`no part in the chat: ${wordsOf(error)}`);
    return undefined;
  }
}
