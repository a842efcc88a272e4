/** From the messages of the editor's chat to a conversation as the engine takes it. */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import type { ChatTurn } from '../../protocol/engineService.ts';
import type { LanguageModelChatRequestMessage } from './chatApi.ts';

const { t } = vscode.l10n;

export interface Conversation {
  readonly system?: string;
  /** What was said before the prompt, the oldest first. */
  readonly turns: readonly ChatTurn[];
  readonly prompt: string;
}

/** The role that the editor's own chat gives to its instructions, and that its published API does not name. */
const SYSTEM_ROLE = 3;

/**
 * Who speaks twice in a row has spoken once: templates want turns. Instructions are one, whatever stood between them.
 * @throws UsageError `no-question` where the user does not have the last word
 */
export function conversationOf(messages: readonly LanguageModelChatRequestMessage[]): Conversation {
  const instructions: string[] = [];
  const turns: ChatTurn[] = [];
  for (const { role, content } of messages) {
    const text = textOf(content);
    if (text.trim() === '') continue;
    if (role === SYSTEM_ROLE) instructions.push(text);
    else addTurn(turns, role === vscode.LanguageModelChatMessageRole.Assistant ? 'assistant' : 'user', text);
  }
  const question = turns.pop();
  if (question?.role !== 'user')
    throw new UsageError('no-question', t('there is no question to answer'), t('Write a message, as text.'));
  return {
    ...(instructions.length === 0 ? {} : { system: instructions.join('\n\n') }),
    turns,
    prompt: question.content,
  };
}

function addTurn(turns: ChatTurn[], role: ChatTurn['role'], text: string): void {
  const before = turns.at(-1)?.role === role ? turns.pop() : undefined;
  turns.push({ role, content: before ? `${before.content}\n\n${text}` : text });
}

/** The text of a message, without halves of surrogate pairs. Images, and calls of tools, are not for this model. */
export function textOf(content: readonly unknown[]): string {
  return content
    .filter((part) => part instanceof vscode.LanguageModelTextPart)
    .map(({ value }) => value)
    .join('')
    .replace(/\p{Cs}/gu, '\uFFFD');
}
