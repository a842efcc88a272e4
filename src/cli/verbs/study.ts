/** `study`: methods by languages, prompt styles, strengths and seeds, measured cell by cell. */
import path from 'node:path';
import { Option } from 'commander';
import { readStudyFile } from '../../core/study/file.ts';
import type { StudyFile } from '../../core/study/file.ts';
import * as field from '../../protocol/fields.ts';
import type { Cli } from '../cli.ts';
import { defineVerb } from '../cli.ts';
import { readUtf8 } from '../input.ts';
import { describeMachine } from '../machine.ts';
import { numberOption, textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { oneLine } from '../plainText.ts';
import { withModel } from '../session.ts';
import type { ModelSession } from '../session.ts';
import { StudyFolder } from '../study/folder.ts';
import { resultsOf, writeResults } from '../study/outputs.ts';
import { planDocument } from '../study/planDocument.ts';
import { StudyProgress } from '../study/progress.ts';
import { StudyRun } from '../study/run.ts';
import type { StudyListener, StudyState } from '../study/run.ts';
import * as screen from '../study/screen.ts';

interface Flags {
  readonly out?: string;
  readonly plan: boolean;
  readonly batch: number;
}

/** Decoding gets faster up to about as many rows, and a study has as many prompts. */
const DEFAULT_BATCH = 84;

export const studyVerb = defineVerb<Flags>({
  name: 'study',
  summary: 'Measure methods, languages, prompt styles and seeds against each other, cell by cell',
  operand: 'file',
  examples: ['studies/short.json', 'studies/g-act.json --plan', 'studies/g-act.json --out results/g-act'],
  options: [
    textOption(
      '--out <folder>',
      field.someText,
      'where cells and results go, and are gone on with (default: NAME-study)',
    ),
    new Option('--plan', 'list the cells, which of them are done and what the rest takes; run nothing').default(false),
    numberOption(
      '--batch <n>',
      field.batch,
      'how many prompts are answered at once; fewer where memory is short',
    ).default(DEFAULT_BATCH),
  ],
  async run(options, cli, file) {
    const study = readStudyFile(await readUtf8(file), file);
    const folder = new StudyFolder(path.resolve(options.out ?? `${study.name}-study`), (message) =>
      cli.output.note(`steerscope: warning: ${oneLine(message)}`),
    );
    await withModel(cli, { ...options, store: folder.artefacts }, (session) =>
      work({ study, folder, command: commandOf(file, options) }, options, cli, session),
    );
  },
});

interface Task {
  readonly study: StudyFile;
  readonly folder: StudyFolder;
  readonly command: string;
}

async function work(
  { study, folder, command }: Task,
  options: Flags & CommonOptions,
  cli: Cli,
  { engine, calls, model, progress }: ModelSession,
): Promise<void> {
  const studyProgress = new StudyProgress(progress.update);
  const run = await StudyRun.open({
    calls: { engine, signal: calls.signal, onStep: studyProgress.update },
    ...{ study, folder, model, home: cli.home, machine: describeMachine(), batch: options.batch },
  });
  if (options.plan) {
    if (options.json) cli.output.json(planDocument(run.state(), folder));
    else cli.output.lines(...screen.planLines(run.state()));
    return;
  }
  const write = async (state: StudyState) => {
    const results = resultsOf(study, model, command, state);
    return { results, files: await writeResults(results, folder) };
  };
  const say = (line: string): void => {
    progress.clear();
    if (!options.json) cli.output.lines(line);
  };
  const state = await run.measure(listenerOf(studyProgress, say, write));
  progress.clear();
  const { results, files } = await write(state);
  if (options.json) cli.output.json(results);
  else cli.output.lines('', ...screen.endLines(results, files));
}

function listenerOf(
  progress: StudyProgress,
  say: (line: string) => void,
  write: (state: StudyState) => Promise<unknown>,
): StudyListener {
  return {
    fitting: (cell, state) => progress.begin(`${screen.cellHeading(cell, state)}, fitting`, state.remainingMs),
    begin: (cell, state) => progress.begin(screen.cellHeading(cell, state), state.remainingMs),
    async done(result, state) {
      say(screen.cellLine(result, state));
      // After every cell, so that a study of hours can be looked at while it runs.
      await write(state);
    },
  };
}

/** The command that does the same again, with the options that change what is measured. */
function commandOf(file: string, { model, precision }: CommonOptions): string {
  const relative = path.relative('.', file);
  const words = ['steerscope study', relative.startsWith('..') ? path.basename(file) : relative];
  if (precision !== 'fast') words.push(`--precision ${precision}`);
  if (path.basename(model) !== model) words.push(`--model ${path.basename(model)}`);
  return words.join(' ');
}
