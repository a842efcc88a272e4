/** Studies of the bias as they are kept: what they are called, and one as a file of the user's. */
import * as vscode from 'vscode';
import { readStudy, type BiasStudy } from '../../../core/bias/study.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import { BIAS_WORDS } from '../../../protocol/panels/biasWords.ts';
import { exportJson } from '../../exportJson.ts';
import { localised } from '../localised.ts';
import type { KeptKind } from '../../runs/runShelf.ts';

export const KEPT_STUDIES: KeptKind<BiasStudy> = {
  kind: 'bias',
  read: readStudy,
  titleOf,
  modelOf: ({ model }) => model.name,
};

/** "C++, instruction, 12 prompts", and how it ended where that was not well. */
export function titleOf({ direction, prompts, styles = ['instruction'], end }: BiasStudy): string {
  const { t } = vscode.l10n;
  const target = direction?.target;
  const words = localised(BIAS_WORDS.groups);
  const measured = target ? LANGUAGES[target].displayName : (direction?.name ?? t('the model as it is'));
  const subject = `${measured}, ${styles.map((style) => words[style]).join(' + ')}`;
  if (end === 'cancelled') return t('{0}, {1} prompts, cancelled', subject, prompts);
  return end === 'failed'
    ? t('{0}, {1} prompts, broken off', subject, prompts)
    : t('{0}, {1} prompts', subject, prompts);
}

/** Asks where to, and writes the study with every answer. */
export async function exportStudy(study: BiasStudy): Promise<void> {
  const name = ['bias', study.direction?.name ?? 'plain', study.startedAt.slice(0, 10)].join('-');
  const target = await exportJson(vscode.l10n.t('The file to write the study to'), name, study);
  if (!target) return;
  const said = vscode.l10n.t('The study is in {0}.', vscode.workspace.asRelativePath(target));
  void vscode.window.setStatusBarMessage(said, 5000);
}
