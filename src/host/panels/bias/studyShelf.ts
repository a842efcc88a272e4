/** Studies of the bias that were kept: which there are, one of them, one more, and one as a file of the user's. */
import * as vscode from 'vscode';
import { readStudy, type BiasStudy } from '../../../core/bias/study.ts';
import type { JsonValue } from '../../../core/artefact/json.ts';
import { StoreError } from '../../../core/errors.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import type { PastStudy } from '../../../protocol/panels/bias.ts';
import { logError } from '../../messages.ts';
import type { Services } from '../../services.ts';

/** As the files say, and as the id of the panel that shows them is. */
const KIND = 'bias';

export class StudyShelf implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private known: readonly PastStudy[] = [];
  /** How often the list was read; 0 until somebody asks for it. */
  private readings = 0;

  /** @param onChange told when the list has changed */
  constructor(
    private readonly services: Pick<Services, 'runs' | 'log'>,
    private readonly onChange: () => void,
  ) {
    this.subscription = services.runs.onDidChange(() => {
      if (this.readings > 0) void this.refresh();
    });
  }

  /** The newest first. Empty until somebody has asked for them: nothing is read before a panel is opened. */
  get past(): readonly PastStudy[] {
    if (this.readings === 0) void this.refresh();
    return this.known;
  }

  /** @throws StoreError where there is none of that id, or it is no study that this version can read */
  async load(id: string): Promise<BiasStudy> {
    const { kind, data } = await this.services.runs.load(id);
    const study = kind === KIND ? readStudy(data) : undefined;
    if (study) return study;
    throw new StoreError(
      'unreadable-study',
      vscode.l10n.t('this study cannot be read'),
      vscode.l10n.t('It was changed, or kept by another version of Steerscope.'),
    );
  }

  /** Returns the id that it is kept under. @throws StoreError where the disk refuses */
  async keep(study: BiasStudy): Promise<string> {
    // Through JSON, as it will come back.
    const data = JSON.parse(JSON.stringify(study)) as JsonValue;
    const { id } = await this.services.runs.save({ kind: KIND, title: titleOf(study), model: study.model.name, data });
    return id;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async refresh(): Promise<void> {
    const reading = ++this.readings;
    try {
      const runs = await this.services.runs.list();
      // One that began later has seen more.
      if (reading !== this.readings) return;
      this.known = runs.flatMap(({ kind, id, title, createdAt }) => (kind === KIND ? [{ id, title, createdAt }] : []));
      this.onChange();
    } catch (error) {
      logError(this.services.log, error, 'bias');
    }
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
