/** Studies of the bias that were kept: which there are, one of them, one more, and one as a file of the user's. */
import * as vscode from 'vscode';
import { readStudy, type BiasStudy } from '../../../core/bias/study.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import type { Services } from '../../services.ts';
import { RunShelf } from '../runShelf.ts';

export class StudyShelf extends RunShelf<BiasStudy> {
  /** @param onChange told when the list has changed */
  constructor(services: Pick<Services, 'runs' | 'log'>, onChange: () => void) {
    super(services, onChange, { kind: 'bias', read: readStudy, titleOf, modelOf: ({ model }) => model.name });
  }
}

/** "C++, 12 prompts", and how it ended where that was not well. */
export function titleOf({ direction, prompts, end }: BiasStudy): string {
  const { t } = vscode.l10n;
  const target = direction?.target;
  const subject = target ? LANGUAGES[target].displayName : (direction?.name ?? t('the model as it is'));
  if (end === 'cancelled') return t('{0}, {1} prompts, cancelled', subject, prompts);
  return end === 'failed'
    ? t('{0}, {1} prompts, broken off', subject, prompts)
    : t('{0}, {1} prompts', subject, prompts);
}

/** Asks where to, and writes the study with every answer. */
export async function exportStudy(study: BiasStudy): Promise<void> {
  const name = ['bias', study.direction?.name ?? 'plain', study.startedAt.slice(0, 10)].join('-');
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('The file to write the study to'),
    filters: { JSON: ['json'] },
    defaultUri: folder ? vscode.Uri.joinPath(folder.uri, `${name}.json`) : vscode.Uri.file(`${name}.json`),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(`${JSON.stringify(study, null, 2)}\n`));
  const said = vscode.l10n.t('The study is in {0}.', vscode.workspace.asRelativePath(target));
  void vscode.window.setStatusBarMessage(said, 5000);
}
