/** `tour`: the main job of the program. Looks inside a model, steers it, measures both, and writes a report. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import * as v from 'valibot';
import { UsageError } from '../../core/errors.ts';
import { DEFAULT_PROMPTS, MAX_PROMPTS } from '../../core/language/prompts/heldOutPrompts.ts';
import { writeFileAtomically } from '../../files/atomic.ts';
import { DEFAULT_MODEL_NAME } from '../../protocol/defaults.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { numberOption, textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { reportPage } from '../report/page.ts';
import { storePlace, withModel } from '../session.ts';
import type { ModelSession } from '../session.ts';
import { planTour } from '../tour/plan.ts';
import type { TourPlan } from '../tour/plan.ts';
import { TourProgress } from '../tour/progress.ts';
import * as screen from '../tour/screen.ts';
import { runTour } from '../tour/tour.ts';
import type { StepName, TourListener, TourResult } from '../tour/tour.ts';

interface Flags {
  readonly target: string;
  readonly source?: string;
  readonly prompts: number;
  readonly report: string;
  readonly fresh: boolean;
}

const promptCount = v.pipe(
  v.number(),
  v.safeInteger('must be a whole number'),
  v.minValue(1, 'must be 1 or more'),
  v.maxValue(MAX_PROMPTS, `must be ${MAX_PROMPTS} at most`),
);

export const tourVerb = defineVerb<Flags>({
  name: 'tour',
  summary: 'Look inside the model, steer it to a language, measure both, and write a report',
  examples: ['', '--target rust', '--prompts 40 --fresh --report rust.html --target rust'],
  options: [
    textOption('--target <language>', field.someText, 'the language to steer to').default('cpp'),
    textOption('--source <language>', field.someText, 'the language to steer from (default: python)'),
    numberOption('--prompts <n>', promptCount, 'how many held-out prompts are answered').default(DEFAULT_PROMPTS),
    textOption('--report <file>', field.someText, 'where the report goes').default('steerscope-report.html'),
    new Option('--fresh', 'measure everything again, whatever was kept from earlier runs').default(false),
  ],
  async run(options, cli) {
    const plan = planTour(options);
    const report = path.resolve(options.report);
    await assertWritable(report);
    if (!options.json) cli.output.lines('', cli.output.bold('Steerscope'), '');
    const result = await withModel(cli, options, (session) => take(session, plan, options, cli), {
      get: !isPath(options.model),
    });
    await writeFileAtomically(report, reportPage(result.data));
    if (options.json) cli.output.json({ report, ...result });
    else cli.output.lines(cli.output.bold('What next'), ...screen.nextLines(result.data, options.report), '');
  },
});

async function take(
  { engine, calls, model, progress }: ModelSession,
  plan: TourPlan,
  options: Flags & CommonOptions,
  cli: Cli,
): Promise<TourResult> {
  const { threads, seed, fresh } = options;
  const tourProgress = new TourProgress(progress.update);
  const say = (heading: string, lines: readonly string[]): void => {
    progress.clear();
    if (!options.json) cli.output.lines(cli.output.bold(heading), ...lines, '');
  };
  say('The model', screen.modelLines(model, threads));
  const result = await runTour(
    {
      calls: { engine, signal: calls.signal, onStep: tourProgress.update },
      ...{ plan, model, threads, seed },
      place: storePlace(cli, options),
      isFresh: fresh,
      command: commandOf(plan, options),
      now: () => new Date(),
    },
    listenerOf(plan, cli, tourProgress, say),
  );
  if (result.live !== undefined) {
    say('Just now', screen.liveLines(result.live, plan.opening, cli.output.columns));
  }
  return result;
}

function listenerOf(
  plan: TourPlan,
  cli: Cli,
  progress: TourProgress,
  say: (heading: string, lines: readonly string[]) => void,
): TourListener {
  const work: Record<StepName, string> = {
    bias: '1 of 5, bias',
    vector: '2 of 5, vector',
    probe: '3 of 5, probes',
    steering: '4 of 5, steering',
    speed: '5 of 5, speed',
  };
  return {
    begin: (step) => progress.begin(work[step]),
    bias: (plain) => say('What it writes by itself', screen.biasLines(plain, plan)),
    vector: (fit) => say(`A vector to ${plan.target.name}`, screen.vectorLines(fit, plan)),
    probe: (probe) => say('Where the language can be read', screen.probeLines(probe)),
    steering: (found) => {
      const data = { ...found, target: plan.target, source: plan.source, prompts: plan.prompts };
      const settings = { opening: plan.opening, request: plan.request };
      say('Steered, and asked', screen.steeringLines({ ...data, settings }, cli.output.columns));
    },
    speed: (speed) => say('What it costs', screen.speedLines(speed)),
  };
}

/** A word as a shell takes it. */
function inShell(word: string): string {
  return /^[\w./\\:+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A file is used as it is; only a name of the catalogue can be fetched. */
function isPath(model: string): boolean {
  return /[/\\]|\.gguf$/i.test(model);
}

/** The command that does the same again, with the options that are not the defaults. */
function commandOf(plan: TourPlan, { prompts, seed, precision, model }: Flags & CommonOptions): string {
  const words = ['npm start --', `--target ${plan.target.id}`];
  if (plan.source.id !== 'python') words.push(`--source ${plan.source.id}`);
  if (prompts !== DEFAULT_PROMPTS) words.push(`--prompts ${prompts}`);
  if (precision !== 'fast') words.push(`--precision ${precision}`);
  if (seed !== 0) words.push(`--seed ${seed}`);
  if (model !== DEFAULT_MODEL_NAME) words.push(`--model ${inShell(model)}`);
  return [...words, '--fresh'].join(' ');
}

/** Before minutes of work: a report that cannot be written is a wrong call. */
async function assertWritable(file: string): Promise<void> {
  try {
    await access(path.dirname(file), constants.W_OK);
  } catch {
    throw new UsageError(
      'bad-report-path',
      `the report cannot be written: there is no folder ${path.dirname(file)} that can be written to`,
      'Give another --report.',
    );
  }
}
