/** `study`: methods by languages, prompt styles, strengths and seeds, measured cell by cell. */
import path from 'node:path';
import { Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { PROMPT_STYLES } from '../../core/language/prompts/styles.ts';
import { METHODS } from '../../core/methods/registry.ts';
import { MAX_STUDY_PROMPTS, readStudyFile } from '../../core/study/file.ts';
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

const DETAILS = `The file is JSON:
  name        names the folder: small letters, digits and hyphens
  title       stands over the results; may be left out
  maxTokens   the most tokens of an answer (384)
  sae         the sparse autoencoder of foxp2, of the usual store (the one that ships for the model)
  parts       a list; every combination of what a part lists is a cell, and the same cell of two parts is one
    methods     none (unsteered), prompt (asked in words), ${METHODS.map(({ id }) => id).join(', ')}
                and prompt+METHOD: asked for in words, and steered to
    targets     languages, such as cpp
    styles      ${PROMPT_STYLES.join(', ')} ("instruction")
    openings    neutral (the answer begins with a bare fence), none ("neutral")
    strengths   multiples of what the fit chose ([1])
    seeds       of the fit ([0])
    prompts     how many of the ${MAX_STUDY_PROMPTS} held-out tasks (all)
Each cell is kept as it is done: the same call goes on where it was broken off, on another machine too. To fit an
artefact anew, remove it: steerscope remove NAME --store FOLDER/artefacts.`;

export const studyVerb = defineVerb<Flags>({
  name: 'study',
  summary: 'Measure methods, languages, prompt styles and seeds against each other, cell by cell',
  operand: 'file',
  details: DETAILS,
  refused: ['--store', '--seed'],
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
    assertNotMeant(options);
    const study = readStudyFile(await readUtf8(file), file);
    const folder = new StudyFolder(path.resolve(options.out ?? `${study.name}-study`), (message) =>
      cli.output.note(`steerscope: warning: ${oneLine(message)}`),
    );
    await withModel(cli, { ...options, store: folder.artefacts }, (session) =>
      work({ study, folder, command: commandOf(file, options) }, options, cli, session),
    );
  },
});

/** What every verb takes and a study has of its own. @throws UsageError rather than have no effect */
function assertNotMeant({ store, seed }: CommonOptions): void {
  if (store !== undefined)
    throw new UsageError(
      'bad-option',
      'a study keeps its artefacts in its own folder',
      'Leave --store out; give --out.',
    );
  if (seed !== 0)
    throw new UsageError(
      'bad-option',
      'the seeds of a study are in its file',
      'Leave --seed out; list them under "seeds".',
    );
}

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
