import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import { readStudyFile } from '../../../src/core/study/file.ts';
import { studyPrompts } from '../../../src/core/language/prompts/studyPrompts.ts';
import { cellName, planCells } from '../../../src/core/study/plan.ts';
import { StudyFolder } from '../../../src/cli/study/folder.ts';
import { resultsOf, writeResults } from '../../../src/cli/study/outputs.ts';
import { StudyRun } from '../../../src/cli/study/run.ts';
import type { StudyListener, StudyState } from '../../../src/cli/study/run.ts';
import { FakeEngine, model } from './fakeEngine.ts';

const STUDY = {
  name: 'toy',
  maxTokens: 16,
  parts: [
    { methods: ['none', 'prompt', 'dim'], targets: ['cpp', 'rust'], prompts: 4 },
    { methods: ['dim'], targets: ['cpp'], strengths: [2], prompts: 4 },
  ],
};

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-study-'));
process.once('exit', () => fs.rmSync(root, { recursive: true, force: true }));

interface Setup {
  readonly engine: FakeEngine;
  readonly folder: string;
  readonly warnings: string[];
}

function setup(): Setup {
  return { engine: new FakeEngine(), folder: fs.mkdtempSync(path.join(root, 'study-')), warnings: [] };
}

function open(
  { engine, folder, warnings }: Setup,
  {
    study = STUDY,
    batch = 84,
    fingerprint = model.fingerprint,
  }: { study?: unknown; batch?: number; fingerprint?: string } = {},
): Promise<StudyRun> {
  return StudyRun.open({
    calls: { engine: engine.client, signal: new AbortController().signal, onStep: () => undefined },
    study: readStudyFile(JSON.stringify(study), 'toy.json'),
    folder: new StudyFolder(folder, (message) => warnings.push(message)),
    model: { ...model, fingerprint },
    ...{ home: '/nowhere', machine: 'a machine', batch },
  });
}

/** Listens, and tells which cells were done. */
function listener(done: string[] = []): StudyListener {
  return {
    begin: () => undefined,
    fitting: () => undefined,
    done: async ({ cell }) => void done.push(cellName(cell)),
  };
}

const isDone = (state: StudyState): boolean => state.cells.every(({ result }) => result !== undefined);
const generations = ({ asked }: FakeEngine): string[] => asked.filter((call) => call.startsWith('generate'));

test('every cell is measured once, its artefact made before it; a second run measures nothing', async () => {
  const all = setup();
  const done: string[] = [];
  const state = await (await open(all)).measure(listener(done));
  assert.ok(isDone(state));
  assert.equal(state.remainingMs, 0);
  assert.deepEqual(done, planCells(readStudyFile(JSON.stringify(STUDY), '')).map(cellName));
  assert.deepEqual(
    all.engine.asked.filter((call) => /fit|generate/.test(call)),
    [
      ...['generate unsteered', 'generate unsteered', 'generate unsteered'],
      ...['fit dim-cpp', 'generate dim-cpp 1', 'fit dim-rust', 'generate dim-rust 1', 'generate dim-cpp 2'],
    ],
  );
  assert.deepEqual(
    state.fits.map(({ name }) => name),
    ['dim-cpp', 'dim-rust'],
  );
  const calls = all.engine.asked.length;
  assert.ok(isDone((await open(all)).state()));
  await (await open(all)).measure(listener());
  assert.equal(all.engine.asked.length, calls);
});

test('wherever it is broken off, it goes on there: no cell is lost, none repeated but the one under way', async () => {
  const whole = setup();
  await (await open(whole)).measure(listener());
  for (let at = 0; at < whole.engine.asked.length; at++) {
    const broken = setup();
    broken.engine.breaksAfter = at;
    const done: string[] = [];
    await assert.rejects((await open(broken)).measure(listener(done)), CancelledError);
    const kept = fs.existsSync(path.join(broken.folder, 'cells'))
      ? fs.readdirSync(path.join(broken.folder, 'cells'))
      : [];
    assert.equal(kept.length, done.length);
    broken.engine.breaksAfter = Infinity;
    const later: string[] = [];
    const state = await (await open(broken)).measure(listener(later));
    assert.ok(isDone(state));
    assert.deepEqual(
      [...done, ...later],
      state.cells.map(({ cell }) => cellName(cell)),
    );
    assert.ok(generations(broken.engine).length <= generations(whole.engine).length + 1);
    assert.equal(broken.engine.asked.filter((call) => call.startsWith('fit')).length, 2, 'no artefact is made twice');
  }
});

test('a folder goes on elsewhere: the plan sees what is done, and runs nothing', async () => {
  const here = setup();
  here.engine.breaksAfter = 6;
  await assert.rejects((await open(here)).measure(listener()), CancelledError);
  const there = { ...setup(), engine: here.engine };
  fs.cpSync(here.folder, there.folder, { recursive: true });
  const { cells, remainingMs } = (await open(there)).state();
  assert.deepEqual(
    cells.map(({ result }) => result !== undefined),
    [true, true, false, false, false, false],
  );
  assert.equal(cells[3]?.needsFit, true);
  assert.ok(remainingMs > 0);
  assert.equal(here.engine.asked.length, 6);
});

test('a damaged cell is measured anew, with a warning that names its file', async () => {
  const all = setup();
  await (await open(all)).measure(listener());
  const folder = path.join(all.folder, 'cells');
  const [torn = '', changed = ''] = fs.readdirSync(folder).sort();
  fs.writeFileSync(path.join(folder, torn), fs.readFileSync(path.join(folder, torn), 'utf8').slice(0, 100));
  fs.writeFileSync(path.join(folder, changed), '{"version": 1}');
  const before = generations(all.engine).length;
  assert.ok(isDone(await (await open(all)).measure(listener())));
  assert.equal(generations(all.engine).length, before + 2);
  assert.equal(all.warnings.length, 2);
  for (const file of [torn, changed]) assert.ok(all.warnings.some((warning) => warning.includes(file)));
});

test('cells of another model, another length or another artefact are other cells', async () => {
  const all = setup();
  await (await open(all)).measure(listener());
  const missing = async (options: Parameters<typeof open>[1]) =>
    (await open(all, options)).state().cells.filter(({ result }) => result === undefined).length;
  assert.equal(await missing({ batch: 2 }), 0, 'the batch changes nothing');
  assert.equal(await missing({ study: { ...STUDY, title: 'Another title' } }), 0);
  assert.equal(await missing({ study: { ...STUDY, maxTokens: 17 } }), 6);
  assert.equal(await missing({ fingerprint: 'e'.repeat(64) }), 6);
  await all.engine.client.fit({
    ...{ method: 'dim', name: 'dim-cpp', replace: true, seed: 0 },
    contrast: { kind: 'language', target: 'cpp' },
  });
  assert.equal(await missing({}), 2, 'what was steered by the artefact before');
  all.engine.artefacts.delete('dim-rust');
  assert.equal(await missing({}), 3);
});

test('an artefact of another method or seed of the same name is made anew', async () => {
  const all = setup();
  await all.engine.client.fit({
    ...{ method: 'other', name: 'dim-cpp', replace: true, seed: 0 },
    contrast: { kind: 'language', target: 'cpp' },
  });
  await (await open(all)).measure(listener());
  assert.equal(all.engine.artefacts.get('dim-cpp')?.method, 'dim');
});

test('a method that needs an autoencoder gets the one of the study, and is fitted anew for another', async () => {
  const all = setup();
  const study = { name: 'toy', parts: [{ methods: ['dim', 'foxp2'], targets: ['cpp'], prompts: 4 }] };
  const fits = async (sae?: string): Promise<string[]> => {
    const before = all.engine.asked.length;
    await (await open(all, { study: sae === undefined ? study : { ...study, sae } })).measure(listener());
    return all.engine.asked.slice(before).filter((call) => call.startsWith('fit'));
  };
  assert.deepEqual(await fits('code-16'), ['fit dim-cpp', 'fit foxp2-cpp']);
  assert.equal(all.engine.artefacts.get('foxp2-cpp')?.params.sae, 'code-16');
  assert.deepEqual(all.engine.artefacts.get('dim-cpp')?.params, {});
  assert.deepEqual(await fits('code-16'), []);
  assert.deepEqual(await fits(), [], 'whichever it is will do');
  assert.deepEqual(await fits('mine'), ['fit foxp2-cpp']);
});

test('where memory is short fewer rows are decoded at once', async () => {
  const all = setup();
  all.engine.rows = 5;
  const study = { name: 'toy', parts: [{ methods: ['none'], targets: ['cpp'], prompts: 20 }] };
  const state = await (await open(all, { study })).measure(listener());
  assert.deepEqual(all.engine.batches, [5]);
  assert.equal(state.cells[0]?.result?.batch, 5);
  all.engine.rows = 1;
  await assert.rejects((await open(setup2(all), { study })).measure(listener()), /too many rows/);
});

function setup2({ engine }: Setup): Setup {
  return { ...setup(), engine };
}

test('answers are scored after their own prompt and after that of the next task, both asking for the language', async () => {
  const all = setup();
  const study = { name: 'toy', parts: [{ methods: ['none', 'prompt'], targets: ['cpp'], prompts: 6 }] };
  const state = await (await open(all, { study })).measure(listener());
  const tasks = studyPrompts('instruction', 6);
  const after = (own: number, other: number) => `${tasks[own]?.id}: ${tasks[other]?.prompt} Use C++.`;
  const pairs = [0, 1, 4, 5].map((i) => [i, (i + 1) % 6] as const);
  assert.deepEqual(all.engine.scoredAfter, [
    ...pairs.map(([own]) => after(own, own)),
    ...pairs.map(([own, other]) => after(own, other)),
  ]);
  const [none, asked] = state.cells;
  assert.ok(none?.result?.answers.every(({ nll }) => nll === undefined));
  assert.deepEqual(
    asked?.result?.answers.map(({ nll, otherNll }) => [nll !== undefined, otherNll !== undefined]),
    [0, 1, 2, 3, 4, 5].map((i) => [i % 4 < 2, i % 4 < 2]),
  );
});

test('results are three files, which say what is missing', async () => {
  const all = setup();
  all.engine.breaksAfter = 6;
  const run = await open(all);
  await assert.rejects(run.measure(listener()), CancelledError);
  const study = readStudyFile(JSON.stringify(STUDY), 'toy.json');
  const results = resultsOf(study, model, 'steerscope study toy.json', run.state());
  const files = await writeResults(results, new StudyFolder(all.folder, () => undefined));
  assert.deepEqual(
    files.map((file) => path.basename(file)),
    ['study.json', 'study.md', 'study.html'],
  );
  const [json = '', markdown = '', page = ''] = files.map((file) => fs.readFileSync(file, 'utf8'));
  const missing = ['prompt-rust', 'dim-cpp', 'dim-rust', 'dim-cpp'].map((name) => `${name}-instruction-neutral`);
  missing[3] += '-x2';
  assert.deepEqual((JSON.parse(json) as { missing: string[] }).missing, missing);
  assert.match(markdown, /4 cells are not measured yet/);
  assert.match(page, /2 of 6 cells are measured/);
});
