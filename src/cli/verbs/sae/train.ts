/** `sae train`: a sparse autoencoder of the activations that `sae collect` collected. */
import { Option } from 'commander';
import path from 'node:path';
import { duration } from '../../../core/charts/format.ts';
import { DEFAULT_TRAINING, TRAINING_ARCHITECTURES } from '../../../core/sae/training/config.ts';
import type { TrainingArchitecture } from '../../../core/sae/training/config.ts';
import type { TrainingFigures } from '../../../core/sae/training/figures.ts';
import type { Progress } from '../../../protocol/engineService.ts';
import * as field from '../../../protocol/fields.ts';
import type { SaeTrainEvent, SaeTrainParams, SaeTrainResult, SaeTrainStep } from '../../../protocol/saeTrainTypes.ts';
import { defineVerb } from '../../cli.ts';
import { manifestLines } from '../../manifestText.ts';
import { numberOption, requiredText } from '../../options.ts';
import type { Output } from '../../output.ts';
import { withModel } from '../../session.ts';
import { table } from '../../table.ts';

interface Flags {
  readonly activations: string;
  readonly name: string;
  readonly architecture: TrainingArchitecture;
  readonly dSae?: number;
  readonly k?: number;
  readonly sparsity?: number;
  readonly batch?: number;
  readonly steps?: number;
  readonly tokens?: number;
  readonly lr?: number;
  readonly memory: number;
  readonly checkpoint: number;
  readonly replace: boolean;
  readonly resume: boolean;
}

/** What the engine may take to end a step and write a checkpoint, when it is stopped: a second where nothing else runs. */
const CHECKPOINT_MS = 4000;

const { k, batch, expansion, sparsity } = DEFAULT_TRAINING;

export const trainVerb = defineVerb<Flags>({
  name: 'train',
  summary: 'Train a sparse autoencoder on activations that were collected',
  examples: [
    '--activations acts --name code-16',
    '--activations acts --name code-16 --architecture batchtopk --k 40 --tokens 4000000',
    '--activations acts --name code-16 --resume',
  ],
  details:
    'Ctrl-C keeps the run, and the same call with --resume goes on with it, to the same bits. Inputs are scaled to variance 1\n' +
    'and the scale is folded into the weights: the autoencoder takes activations as they are. What is trained as batchtopk is\n' +
    'kept as jumprelu with the threshold that it learnt. Explained variance is 1 - SS_res / SS_tot over a batch.',
  options: [
    requiredText('--activations <folder>', field.someText, 'what sae collect made'),
    requiredText('--name <name>', field.artefactName, 'what to call it in the store'),
    new Option('--architecture <architecture>', 'how features are kept few')
      .choices(TRAINING_ARCHITECTURES)
      .default(DEFAULT_TRAINING.architecture),
    numberOption('--d-sae <n>', field.count, `features (default: ${expansion} for each number of an activation)`),
    numberOption('--k <n>', field.count, `active features, for topk and batchtopk (default: ${k})`),
    numberOption(
      '--sparsity <price>',
      field.amount,
      `price of an active feature (jumprelu, default: ${sparsity.jumprelu}) or of each unit of one (relu, default: ${sparsity.relu})`,
    ),
    numberOption('--batch <n>', field.count, `activations of a step (default: ${batch})`),
    numberOption('--steps <n>', field.count, 'how many steps (default: once over all activations)'),
    numberOption('--tokens <n>', field.count, 'how many activations, in place of steps').conflicts('steps'),
    numberOption(
      '--lr <rate>',
      field.learningRate,
      'learning rate at its highest (default: by the number of features)',
    ),
    numberOption('--memory <MB>', field.count, 'what activations may take in memory').default(512),
    numberOption('--checkpoint <minutes>', field.amount, 'how often the run is kept').default(2),
    new Option('--replace', 'take the place of an artefact, or of a broken-off run, of this name').default(false),
    new Option('--resume', 'go on with a run of this name that was broken off, where there is one').default(false),
  ],
  async run(options, cli) {
    cli.interrupt.allow(CHECKPOINT_MS);
    const result = await withModel(cli, options, ({ engine, calls, progress }) =>
      engine.saeTrain(paramsOf(options), {
        ...calls,
        onEvent: (event: SaeTrainEvent) => progress.update(event.kind === 'training' ? asProgress(event) : event),
      }),
    );
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function paramsOf(options: Flags & { readonly seed: number }): SaeTrainParams {
  const { name, replace, resume, architecture, seed, lr, memory, checkpoint } = options;
  const given = Object.fromEntries(
    (['dSae', 'k', 'sparsity', 'batch', 'steps', 'tokens'] as const).flatMap((key) => {
      const value = options[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return {
    activations: path.resolve(options.activations),
    ...{ name, replace, resume, architecture, seed },
    ...given,
    ...(lr === undefined ? {} : { learningRate: lr }),
    memoryBytes: memory * 1e6,
    checkpointMinutes: checkpoint,
  };
}

/** A step as a line of progress: where the run is, and how well it does. */
function asProgress({ figures, steps, vectorsPerSecond, remainingMs }: SaeTrainStep): Progress {
  const told = [
    'steps',
    `loss ${figures.loss.toPrecision(4)}`,
    `L0 ${figures.l0.toFixed(1)}`,
    `explained ${figures.explainedVariance.toFixed(3)}`,
    `dead ${percent(figures.dead)}`,
    `${Math.round(vectorsPerSecond)} vectors/s`,
    ...(remainingMs === undefined ? [] : [`${duration(remainingMs)} left`]),
  ];
  return { kind: 'progress', phase: 'training', done: figures.step, total: steps, unit: told.join(', ') };
}

/** Rows of the curve that are printed. */
const PRINTED = 12;

function print({ manifest, curve, run }: SaeTrainResult, output: Output): void {
  const every = Math.max(1, Math.ceil(curve.length / PRINTED));
  const shown = curve.filter((_, i) => i % every === 0 || i === curve.length - 1);
  const head = ['step', 'loss', 'L0', 'explained', 'held out', 'dead'];
  output.lines(
    ...manifestLines(manifest),
    '',
    ...table(
      [head, ...shown.map(curveRow)],
      head.map(() => 'right' as const),
    ),
    '',
    `${run.steps} steps in ${duration(run.ms)}`,
  );
}

function curveRow({ step, loss, l0, explainedVariance, heldOut, dead }: TrainingFigures): string[] {
  return [
    String(step),
    loss.toPrecision(4),
    l0.toFixed(1),
    explainedVariance.toFixed(3),
    heldOut?.toFixed(3) ?? '',
    percent(dead),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
