/**
 * Training autoencoders in the panel of features: what is chosen, the run under way with its figures, and how it ended.
 * Runs belong to the host: they go on when the panel is closed, and are then seen elsewhere.
 */
import * as vscode from 'vscode';
import { SteerscopeError, UsageError } from '../../../core/errors.ts';
import { DEFAULT_TRAINING } from '../../../core/sae/training/config.ts';
import { isCurvePoint, type TrainingFigures } from '../../../core/sae/training/figures.ts';
import type { Progress } from '../../../protocol/engineService.ts';
import type {
  SaeTrainingVerbs,
  TrainingChoice,
  TrainingStart,
  TrainingState,
} from '../../../protocol/panels/saeTraining.ts';
import type { SaeTrainParams, SaeTrainStep } from '../../../protocol/saeTrainTypes.ts';
import { isCancelled, logError, showError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import type { PanelPlace } from '../panelHost.ts';
import { askWhatToCollect, pickFolder } from './corpus.ts';
import { FeatureWork } from './featureWork.ts';

const USUAL: TrainingChoice = {
  activations: null,
  name: 'features',
  architecture: DEFAULT_TRAINING.architecture,
  k: DEFAULT_TRAINING.k,
  sparsity: null,
  steps: null,
};

/** As `sae train` takes them where nothing else is said. */
const TRAINED = { seed: 0, memoryBytes: 512e6, checkpointMinutes: 2 } as const;

/** Between two curves that a page is told of: lines of hundreds of points are not drawn at every step. */
const CURVE_PAUSE_MS = 1000;

const COLLECTING = 'saeCollect';
const TRAINING = 'saeTrain';

interface Listener {
  readonly onChange: () => void;
  /** An autoencoder has come. */
  readonly onTrained: (name: string) => Promise<void>;
}

export class TrainingDesk implements vscode.Disposable {
  readonly verbs: SaeTrainingVerbs;
  private readonly work: FeatureWork;
  private choice = USUAL;
  private activity: TrainingState['activity'] = 'idle';
  private latest: SaeTrainStep | undefined;
  private points: TrainingFigures[] = [];
  /** Of the points as they were told last. */
  private curve: { readonly key: number; readonly ms: number } | undefined;
  private problem: string | undefined;
  private place: PanelPlace = 'closed';
  private forward: vscode.Disposable | undefined;

  constructor(
    private readonly services: Pick<Services, 'engine' | 'tasks' | 'log'>,
    private readonly listener: Listener,
  ) {
    this.work = new FeatureWork(services, listener.onChange);
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    this.verbs = {
      chooseTraining: async (choice) => done(this.choose(choice)),
      pickActivations: async () => done(this.pickActivations()),
      collect: async () => done(this.collect()),
      train: async ({ start }) => done(this.train(start)),
      cancelTraining: async () => done(this.work.cancel()),
      curve: async () => (this.curve ? { key: this.curve.key, points: this.points } : null),
    };
  }

  get state(): TrainingState {
    const { choice, activity, latest, curve, problem } = this;
    const { state: work } = this.work;
    return {
      choice,
      activity,
      ...(work ? { work } : {}),
      ...(latest ? { latest: { figures: latest.figures, vectorsPerSecond: latest.vectorsPerSecond } } : {}),
      ...(curve ? { curve: curve.key } : {}),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.forward?.dispose();
    const { tasks } = this.services;
    this.forward =
      place === 'closed'
        ? vscode.Disposable.from(...[COLLECTING, TRAINING].map((kind) => tasks.bringForward(kind)))
        : undefined;
  }

  restore(choice: TrainingChoice): void {
    this.choice = choice;
  }

  dispose(): void {
    this.forward?.dispose();
  }

  private choose(choice: TrainingChoice): void {
    if (this.activity === 'unfinished' && choice.name !== this.choice.name) this.activity = 'idle';
    this.choice = choice;
    this.listener.onChange();
  }

  private async pickActivations(): Promise<void> {
    const folder = await pickFolder(vscode.l10n.t('Learn from These Activations'));
    if (folder !== undefined) this.choose({ ...this.choice, activations: folder });
  }

  private async collect(): Promise<void> {
    this.refuseWhileBusy();
    const asked = await askWhatToCollect(this.services.engine);
    if (!asked) return;
    this.refuseWhileBusy();
    this.run('collecting', async () => {
      await this.work.run(
        { kind: COLLECTING, title: vscode.l10n.t('Collecting activations') },
        async (client, call) => {
          await client.saeCollect(asked, call);
        },
      );
      this.activity = 'idle';
      this.choice = { ...this.choice, activations: asked.out };
    });
  }

  private train(start: TrainingStart): void {
    this.refuseWhileBusy();
    const { name, activations } = this.choice;
    if (activations === null)
      throw new UsageError(
        'no-activations',
        vscode.l10n.t('there are no activations to learn from'),
        vscode.l10n.t('Choose a folder of them, or collect some.'),
      );
    const params = paramsOf(this.choice, activations, start);
    this.run('training', async () => {
      if (start !== 'resume') this.forgetCurve();
      await this.work.run({ kind: TRAINING, title: vscode.l10n.t('Training {0}', name) }, async (client, call) => {
        const { curve } = await client.saeTrain(params, {
          signal: call.signal,
          onEvent: (event) => (event.kind === 'training' ? this.onStep(event, call.onEvent) : call.onEvent(event)),
        });
        this.points = [...curve];
      });
      this.tellCurve(true);
      this.activity = 'done';
      await this.listener.onTrained(name);
      if (this.place !== 'shown') void this.tellElsewhere(name);
    });
  }

  private onStep(step: SaeTrainStep, report: (progress: Progress) => void): void {
    const { figures, steps } = step;
    this.latest = step;
    if (isCurvePoint(figures.step, steps) || figures.heldOut !== undefined) {
      this.points.push(figures);
      this.tellCurve(false);
    }
    const { t } = vscode.l10n;
    report({ kind: 'progress', phase: t('training'), done: figures.step, total: steps, unit: t('steps') });
  }

  /** Runs until it ends; what goes wrong is said in the panel, or elsewhere where nobody sees that. */
  private run(activity: TrainingState['activity'], work: () => Promise<void>): void {
    const wasUnfinished = this.activity === 'unfinished';
    this.activity = activity;
    this.problem = undefined;
    work()
      .catch((error: unknown) => {
        // What was broken off or died is kept by the engine; the refusal of a second run of a name says the same.
        const isKept = wasUnfinished || this.latest !== undefined || SteerscopeError.is(error, 'unfinished-training');
        this.activity = activity === 'training' && isKept ? 'unfinished' : 'idle';
        if (isCancelled(error) || SteerscopeError.is(error, 'unfinished-training')) return;
        this.problem = wordsOf(error);
        if (this.place === 'shown') logError(this.services.log, error, activity);
        else void showError(this.services, error, activity);
      })
      .finally(() => this.listener.onChange());
  }

  private tellCurve(isLast: boolean): void {
    const nowMs = performance.now();
    if (!isLast && this.curve && nowMs - this.curve.ms < CURVE_PAUSE_MS) return;
    this.curve = { key: (this.curve?.key ?? 0) + 1, ms: nowMs };
  }

  private forgetCurve(): void {
    this.points = [];
    this.latest = undefined;
    this.curve = undefined;
  }

  private async tellElsewhere(name: string): Promise<void> {
    const { t } = vscode.l10n;
    const show = t('Show');
    const answer = await vscode.window.showInformationMessage(t('The autoencoder {0} is trained.', name), show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.showFeatures');
  }

  private refuseWhileBusy(): void {
    if (this.activity !== 'collecting' && this.activity !== 'training') return;
    const { t } = vscode.l10n;
    throw new UsageError('already-running', t('this is under way already'), t('Wait for it, or cancel it.'));
  }
}

function paramsOf(choice: TrainingChoice, activations: string, start: TrainingStart): SaeTrainParams {
  const { name, architecture, k, sparsity, steps } = choice;
  const isPriced = architecture === 'jumprelu' || architecture === 'relu';
  return {
    ...{ activations, name, architecture },
    ...{ replace: start === 'replace', resume: start === 'resume' },
    ...(isPriced ? (sparsity === null ? {} : { sparsity }) : { k }),
    ...(steps === null ? {} : { steps }),
    ...TRAINED,
  };
}
