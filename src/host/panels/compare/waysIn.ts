/** Where a comparison comes from: a selection, a place that a lens stands over, the last completion; or a typed prompt. */
import * as vscode from 'vscode';
import { planCompletion } from '../../../core/completion/plan.ts';
import { findPlaces } from '../../../core/places/findPlaces.ts';
import { chooseSteering } from '../../../core/steering/choice.ts';
import { steeredPlace } from '../../../core/completion/plan.ts';
import { cursorAt, steeredAt } from '../../completion/cursor.ts';
import { isWelcomeOrExplain } from '../../completion/welcome.ts';
import type { Services } from '../../services.ts';
import { subjectOfPlan, subjectOfSelection, type Subject } from './subject.ts';

const { t } = vscode.l10n;

/** What a lens names. */
export interface LensPlace {
  readonly uri: string;
  readonly placeId?: string;
}

/** What is selected; undefined where nothing is. */
export function selected(services: Services): Subject | undefined {
  const editor = services.workedEditor.selected;
  if (!editor || !isWelcomeOrExplain(services, editor.document)) return undefined;
  const { document, selection } = editor;
  const text = document.getText(selection).replaceAll('\r\n', '\n');
  const cursor = cursorAt(document, selection.end);
  const { choice } = services.steering.inForce(steeredAt(document, cursor));
  const steering = chooseSteering(choice, steeredPlace(cursor), services.directions.all);
  return subjectOfSelection(text, document.languageId, services.directions, steering);
}

/** The place of a lens, asked as a completion there would be. */
export async function atPlace(services: Services, { uri, placeId }: LensPlace): Promise<Subject | undefined> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  if (!isWelcomeOrExplain(services, document)) return undefined;
  const place = findPlaces(document.getText(), document.languageId).find(({ id }) => id === placeId);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const at = place?.answerAt;
  const position = at
    ? new vscode.Position(at.line, at.character)
    : (shown?.selection.active ?? new vscode.Position(0, 0));
  const cursor = cursorAt(document, position);
  const { choice } = services.steering.inForce(steeredAt(document, cursor));
  const { directions, settings, engine } = services;
  const steering = chooseSteering(choice, steeredPlace(cursor), directions.all);
  const { maxTokensOnRequest: maxTokens } = settings.completion(document);
  const plan = await engine.use(async (_client, model) => planCompletion(cursor, steering, model, maxTokens));
  if (plan) return subjectOfPlan(plan, directions);
  void vscode.window.showInformationMessage(t('There is nothing to ask the model for here.'));
  return undefined;
}

/** The last completion that was offered. */
export function lastCompletion({ completionState, directions }: Services): Subject | undefined {
  const { last } = completionState;
  if (last) return subjectOfPlan(last.completion.plan, directions);
  void vscode.window.showInformationMessage(t('Nothing has been completed yet: there is nothing to compare.'));
  return undefined;
}
