/** The text that is intervened in: what is selected in an editor, or what the model was asked for the last completion. */
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import { MOST_TEXT } from '../../../protocol/panels/intervene.ts';
import type { InterveneSettings } from '../../../protocol/panels/intervene.ts';
import type { Services } from '../../services.ts';

export type Subject = Pick<InterveneSettings, 'text' | 'prefill'>;

/** What is selected in the editor that is worked on, or in another that is seen. @throws UsageError `too-long` */
export function selectedSubject({ workedEditor }: Pick<Services, 'workedEditor'>): Subject | undefined {
  const editor = workedEditor.selected;
  return editor && checked({ text: editor.document.getText(editor.selection), prefill: null });
}

/** @throws UsageError `too-long` */
export function completedSubject({ completionState }: Pick<Services, 'completionState'>): Subject | undefined {
  const plan = completionState.last?.completion.plan;
  if (!plan) return undefined;
  const { prefill = '' } = plan.options;
  return checked(
    plan.surface === 'answer' ? { text: plan.prompt, prefill } : { text: plan.prompt + prefill, prefill: null },
  );
}

function checked(subject: Subject): Subject {
  const { t } = vscode.l10n;
  if (subject.text.length <= MOST_TEXT) return subject;
  throw new UsageError(
    'too-long',
    t('the text has {0} characters, and {1} can be intervened in', subject.text.length, MOST_TEXT),
    t('Select less.'),
  );
}

export function nothingSelected(): UsageError {
  const { t } = vscode.l10n;
  return new UsageError('nothing-selected', t('nothing is selected in an editor that is seen'), t('Select a text.'));
}

export function nothingCompleted(): UsageError {
  const { t } = vscode.l10n;
  return new UsageError('nothing-completed', t('nothing has been completed yet'), t('Complete something first.'));
}
