/** One place completed twice, as the model is and steered, side by side in the editor that compares. */
import path from 'node:path';
import * as vscode from 'vscode';
import { choiceLabel, type SteeringChoice } from '../../core/steering/choice.ts';
import { activeEditorOrExplain } from '../activeEditor.ts';
import { pickChoice } from '../commands/steering.ts';
import type { Services } from '../services.ts';
import { steeringInWords } from '../steering/steeringWords.ts';
import { addressOf } from '../textDocuments.ts';
import type { Completions } from './completions.ts';
import { cursorAt } from './cursor.ts';
import { isWelcomeOrExplain } from './welcome.ts';

const { t } = vscode.l10n;

const UNSTEERED: SteeringChoice = { kind: 'off' };

export async function compare(services: Services, completions: Completions): Promise<void> {
  const editor = activeEditorOrExplain();
  if (!editor || !isWelcomeOrExplain(services, editor.document)) return;
  const { document } = editor;
  const position = editor.selection.active;
  const cursor = cursorAt(document, position);
  const inForce = completions.choiceAt(document, cursor);
  const choice = inForce.kind === 'off' ? await pickChoice(services, t('Compare unsteered with steered to…')) : inForce;
  if (!choice || choice.kind === 'off') return;
  const { maxTokensOnRequest: maxTokens } = services.settings.completion(document);
  const task = { kind: 'compare', title: t('Completing unsteered and steered to {0}', choiceLabel(choice)) };
  const [plain, steered] = await services.tasks.run(task, async ({ signal }) => {
    const request = { document, position, cursor, maxTokens, signal, isAside: true };
    // The steered one last, so that it is the one that "Inspect" is about.
    const unsteered = await completions.complete({ ...request, choice: UNSTEERED });
    return [unsteered, await completions.complete({ ...request, choice })];
  });
  const texts = [plain, steered].map((completion) => completion?.suggestion?.text ?? '');
  if (texts.every((text) => text === '')) {
    void vscode.window.showInformationMessage(t('The model has nothing to add here, steered or not.'));
    return;
  }
  await showBoth(document, position, steeringInWords(choice, completions.steering(choice, cursor)), texts);
}

async function showBoth(
  document: vscode.TextDocument,
  position: vscode.Position,
  label: string,
  texts: readonly string[],
): Promise<void> {
  const name = path.posix.basename(document.uri.path);
  const whole = document.getText();
  const offset = document.offsetAt(position);
  const [plain, steered] = texts.map((text) => `${whole.slice(0, offset)}${text}${whole.slice(offset)}`);
  const left = addressOf(`${t('unsteered')}/${name}`, plain ?? '');
  const right = addressOf(`${label}/${name}`, steered ?? '');
  const title = t('{0}: unsteered ↔ {1}', name, label);
  await vscode.commands.executeCommand('vscode.diff', left, right, title, {
    selection: new vscode.Range(position, position),
    preview: true,
  });
}
