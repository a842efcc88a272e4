/**
 * The studies of one panel: the one that is under way or shown, those that were kept, how one ends, and who is told. A study goes
 * on when its panel is closed: then it is seen in the corner of the window, and so is its end. What it measures is the panel's.
 */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { isCancelled, logError, showError, wordsOf } from '../messages.ts';
import { RunShelf, type KeptKind, type KeptRun } from '../runs/runShelf.ts';
import type { Services } from '../services.ts';
import type { PanelPlace } from './panelHost.ts';

/** How a study may end; `cancelled` until it is complete. */
interface Ending {
  readonly end: 'complete' | 'cancelled' | 'failed';
}

/** The study that is shown. */
export interface ShownStudy<Study> {
  /** Which one it is, of all that were shown in this window. */
  readonly key: number;
  readonly study: Study;
  /** Where it was kept. */
  readonly id?: string;
}

export interface StudyListener<Study, Work> {
  readonly onWork: (work: Work) => void;
  readonly onStudy: (study: Study) => void;
}

interface DeskOptions<Study> {
  /** Its kind is that of the task too. */
  readonly kept: KeptKind<Study>;
  /** What is said of a study that is complete, where nobody sees its panel. */
  readonly saidOf: (study: Study) => string;
  /** Told when something of this has changed. */
  readonly onChange: () => void;
}

export class StudyDesk<Study extends Ending, Work> implements vscode.Disposable {
  private readonly shelf: RunShelf<Study>;
  private place: PanelPlace = 'closed';
  private work: Work | undefined;
  private problem: string | undefined;
  private current: ShownStudy<Study> | undefined;
  private shownCount = 0;
  /** The study under way in the corner of the window, while there is no panel. */
  private forward: vscode.Disposable | undefined;

  constructor(
    private readonly services: Services,
    private readonly options: DeskOptions<Study>,
  ) {
    this.shelf = new RunShelf(services, options.kept, options.onChange);
  }

  get isBusy(): boolean {
    return this.work !== undefined;
  }

  get shown(): ShownStudy<Study> | undefined {
    return this.current;
  }

  /** What a snapshot says of all this, beside what is shown of the study itself. */
  get state(): {
    readonly past: readonly KeptRun[];
    readonly work?: Work;
    readonly problem?: string;
    readonly studyId?: string;
  } {
    const { work, current } = this;
    const { past } = this.shelf;
    const { error } = this.services.engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    const isKept = past.some(({ id }) => id === current?.id);
    return {
      past,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(current?.id && isKept ? { studyId: current.id } : {}),
    };
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.forward?.dispose();
    this.forward = place === 'closed' ? this.services.tasks.bringForward(this.kind) : undefined;
  }

  /** Begins a study, which ends by itself. @throws UsageError while one is under way */
  begin(measure: (listener: StudyListener<Study, Work>) => Promise<void>): void {
    this.refuseWhileBusy();
    this.run(measure).catch((error: unknown) => logError(this.services.log, error, this.kind));
  }

  cancel(): void {
    this.services.tasks.cancel(this.kind);
  }

  /** Shows again what a page had kept, where it is still there. */
  reopen(id: string | null): void {
    if (id !== null) this.open(id).catch((error: unknown) => logError(this.services.log, error, this.kind));
  }

  /** Shows a study that was kept. @throws UsageError while one is under way; StoreError */
  async open(id: string): Promise<void> {
    this.refuseWhileBusy();
    this.openStudy(await this.shelf.load(id), id);
  }

  /** A study that was kept, without showing it. @throws StoreError */
  load(id: string): Promise<Study> {
    return this.shelf.load(id);
  }

  /** Shows a study, of a file where it has no id. @throws UsageError while one is under way */
  openStudy(study: Study, id?: string): void {
    this.refuseWhileBusy();
    this.problem = undefined;
    this.show(study, id);
    this.options.onChange();
  }

  dispose(): void {
    this.shelf.dispose();
    this.forward?.dispose();
  }

  private get kind(): string {
    return this.options.kept.kind;
  }

  private async run(measure: (listener: StudyListener<Study, Work>) => Promise<void>): Promise<void> {
    const { onChange } = this.options;
    this.problem = undefined;
    this.current = undefined;
    const onWork = (work: Work): void => {
      this.work = work;
      onChange();
    };
    const onStudy = (study: Study): void => {
      this.show(study);
      onChange();
    };
    try {
      await measure({ onWork, onStudy });
      await this.finish('complete');
    } catch (error) {
      if (isCancelled(error)) await this.finish('cancelled');
      else await this.finish('failed', error);
    }
  }

  /** Keeps what there is, and says how it ended: in the panel, or elsewhere where nobody sees that. */
  private async finish(end: Ending['end'], failure?: unknown): Promise<void> {
    let wrong = failure;
    if (this.current) {
      const study = { ...this.current.study, end };
      this.show(study);
      try {
        this.show(study, await this.shelf.keep(study));
      } catch (error) {
        wrong ??= error;
      }
    }
    this.work = undefined;
    this.problem = wrong === undefined ? undefined : wordsOf(wrong);
    this.options.onChange();
    if (wrong !== undefined && this.place === 'shown') logError(this.services.log, wrong, this.kind);
    else if (wrong !== undefined) await showError(this.services, wrong, this.kind);
    else if (this.place !== 'shown' && end === 'complete') await this.tellElsewhere();
  }

  private async tellElsewhere(): Promise<void> {
    if (!this.current) return;
    const { study, id } = this.current;
    const show = vscode.l10n.t('Show');
    const answer = await vscode.window.showInformationMessage(this.options.saidOf(study), show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.openRun', { run: { kind: this.kind, id } });
  }

  private show(study: Study, id?: string): void {
    this.current = { key: ++this.shownCount, study, ...(id === undefined ? {} : { id }) };
  }

  private refuseWhileBusy(): void {
    if (!this.isBusy) return;
    const { t } = vscode.l10n;
    throw new UsageError('already-running', t('a study is under way'), t('Wait for it, or cancel it.'));
  }
}
