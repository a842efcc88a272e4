/** The bias panel's host side, over an engine that answers at once: its studies, their ends, and what is kept of them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { planTour } from '../../../../src/cli/tour/plan.ts';
import { figuresOf, readStudy } from '../../../../src/core/bias/study.ts';
import { EngineError, ModelError } from '../../../../src/core/errors.ts';
import { BIAS_WORDS } from '../../../../src/protocol/panels/biasWords.ts';
import { until } from '../../files/support.ts';
import { panels } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { SMALL, hold, isDone, keptBy, prepare, restored, watchPage } from './biasSupport.ts';

test('an empty panel offers the directions for answers, and settings that can be begun with', async (t) => {
  await prepare(t);
  const { client, when } = await restored(null);
  assert.deepEqual(await client.words({}), BIAS_WORDS);
  const { model, directions, settings, past, study, work, problem } = await when(() => true);
  assert.deepEqual(model, { state: 'closed', name: 'smollm2-135m-instruct', precision: 'fast' });
  assert.deepEqual(directions, [
    { name: 'cpp', label: 'C++ · cpp', target: 'cpp' },
    { name: 'polite', label: 'polite' },
    { name: 'rust', label: 'Rust · rust', target: 'rust' },
  ]);
  assert.deepEqual(settings, { direction: 'cpp', tasks: 'core', styles: ['instruction'], prompts: 12, sweep: true });
  assert.deepEqual([past, study, work, problem], [[], undefined, undefined, undefined]);
});

test('a study asks what the terminal asks, part by part, and its figures are those of the file that is kept', async (t) => {
  const { engine, runs, studies } = await prepare(t);
  const { client, when } = await restored(
    keptBy({ direction: 'cpp', tasks: 'core', styles: ['instruction'], prompts: 20, sweep: true }),
  );
  await client.start({});
  const { study, studyId = '', past } = await when(isDone);
  const tour = planTour({ target: 'cpp', prompts: 20, seed: 0 });
  const strengths = [1, 0.5, 0.75, 1.5, 2, 3, 4].map((strength) => [{ name: 'cpp', strength }]);
  const [, ...others] = strengths;
  const expected = [
    [tour.prompts, []],
    [tour.prompts, strengths[0]],
    [tour.askingPrompts, []],
    ...others.map((steer) => [tour.prompts, steer]),
  ] as const;
  // In batches of 16.
  const batches = expected.flatMap(
    ([prompts, steer]) =>
      [
        [prompts.slice(0, 16), steer],
        [prompts.slice(16), steer],
      ] as const,
  );
  assert.deepEqual(
    engine.asked,
    batches.map(([prompts, steer]) => ({ prompts, options: { ...tour.answers, steer } })),
  );
  assert.deepEqual(await fs.readdir(studies), [`${studyId}.json`]);
  const kept = readStudy((await runs.load(studyId)).data);
  assert.ok(kept, 'the file is no study');
  assert.deepEqual(study, figuresOf(kept));
  assert.equal(kept.end, 'complete');
  assert.equal(kept.direction?.id, 'ef'.repeat(16));
  assert.deepEqual(
    study?.parts.map(({ condition, strength, dose, n, counts, valid }) => [
      condition,
      strength,
      dose,
      n,
      counts,
      valid,
    ]),
    [
      ['plain', 0, undefined, 20, { python: 20 }, 0],
      ['steered', 1, 0.2, 20, { cpp: 20 }, 20],
      ['asked', 0, undefined, 20, { cpp: 20 }, 20],
      ...others.map(([{ strength }]) => ['steered', strength, 0.2 * strength, 20, { cpp: 20 }, 20]),
    ],
  );
  assert.deepEqual(
    past.map(({ id, title }) => [id, title]),
    [[studyId, 'C++, instruction, 20 prompts']],
  );
});

test('a study under way is seen with every batch, in figures and in words; a second one is refused', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(keptBy(SMALL));
  const release = hold(engine, 3);
  await client.start({});
  const { work, study, studyId } = await when(({ work }) => work?.answers === 4);
  assert.deepEqual(work, { answers: 4, totalAnswers: 6, tokens: 384, totalTokens: 576, phase: 'asked in the prompt' });
  assert.deepEqual(
    study?.parts.map(({ condition, n }) => [condition, n]),
    [
      ['plain', 2],
      ['steered', 2],
    ],
  );
  assert.equal(studyId, undefined);
  await assert.rejects(client.start({}), /a study is under way/);
  await assert.rejects(client.open({ id: '00000000-0000-4000-8000-000000000000' }), /a study is under way/);
  release();
  await when(isDone);
});

test('cancelled: what was answered is kept, and says so', async (t) => {
  const { engine, runs } = await prepare(t);
  const { client, when } = await restored(keptBy(SMALL));
  hold(engine, 2);
  await client.start({});
  await when(({ work }) => work?.answers === 2);
  await client.cancel({});
  const { study, studyId = '', problem } = await when(isDone);
  assert.deepEqual([study?.end, study?.expected, study?.parts.length, problem], ['cancelled', 6, 1, undefined]);
  const { title, data } = await runs.load(studyId);
  assert.deepEqual([title, readStudy(data)?.end], ['C++, instruction, 2 prompts, cancelled', 'cancelled']);
  assert.deepEqual(fake.said('error'), []);
});

test('cancelled before the first answer: nothing is kept', async (t) => {
  const { engine, studies } = await prepare(t);
  const { client, when } = await restored(keptBy(SMALL));
  hold(engine, 1);
  await client.start({});
  await until(() => engine.asked.length === 1);
  await client.cancel({});
  const { study, problem } = await when(({ work }) => work === undefined);
  assert.deepEqual([study, problem], [undefined, undefined]);
  await assert.rejects(fs.access(studies));
});

test('broken off: the panel says by what, and the part is kept', async (t) => {
  const { engine, runs } = await prepare(t);
  const { client, when } = await restored(keptBy(SMALL));
  engine.before = (batch) => {
    if (batch === 3) throw new EngineError('engine-died', 'the engine was killed by SIGKILL', 'Try again.');
  };
  await client.start({});
  const { study, studyId = '', problem } = await when(isDone);
  assert.equal(problem, 'The engine was killed by SIGKILL. Try again.');
  assert.deepEqual([study?.end, study?.parts.length], ['failed', 2]);
  assert.equal((await runs.load(studyId)).title, 'C++, instruction, 2 prompts, broken off');
  assert.deepEqual(fake.said('error'), [], 'the panel says it already');
  engine.before = () => {};
  await client.start({});
  assert.equal((await when((snapshot) => isDone(snapshot) && snapshot.study?.end === 'complete')).problem, undefined);
});

test('a model that cannot be opened is said in words, and nothing is kept', async (t) => {
  const { engine, studies } = await prepare(t);
  engine.refusal = new ModelError('model-missing', 'the model is not on this machine yet', 'Get it.');
  const { client, when } = await restored(keptBy(SMALL));
  await client.start({});
  await when(({ problem }) => problem === 'The model is not on this machine yet. Get it.');
  await assert.rejects(fs.access(studies));
});

test('another model chosen meanwhile ends the study: its answers are not mixed', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(keptBy(SMALL));
  engine.before = (batch) => {
    if (batch === 2) engine.summary = { ...engine.summary, fingerprint: 'cd'.repeat(32) };
  };
  await client.start({});
  const { study, problem } = await when(isDone);
  assert.deepEqual([study?.end, study?.parts.length], ['failed', 2]);
  assert.match(problem ?? '', /^Another model was chosen meanwhile/);
});

test('a disk that refuses: the study is shown, is not kept, and the panel says why', async (t) => {
  const { studies } = await prepare(t);
  await fs.writeFile(studies, 'in the way');
  const { client, when } = await restored(keptBy(SMALL));
  await client.start({});
  const { study, studyId, problem } = await when(({ work, study }) => work === undefined && study?.end === 'complete');
  assert.deepEqual([study?.parts.length, studyId], [3, undefined]);
  assert.notEqual(problem, undefined);
});

test('closed while it measures: the study goes on in the corner, can be cancelled there, and its end is told', async (t) => {
  const { engine, tasks } = await prepare(t);
  const { panel, client } = await restored(keptBy(SMALL));
  const release = hold(engine, 2);
  await client.start({});
  await until(() => engine.asked.length === 2);
  assert.equal(fake.progress.length, 1);
  panel.dispose();
  assert.deepEqual([tasks.isRunning('bias'), fake.progress.length], [true, 2]);
  fake.answers.push('Show');
  release();
  await until(() => fake.said('information').length === 1);
  assert.deepEqual(fake.said('information'), ['The language bias is measured: C++, instruction, 2 prompts.']);
  // "Show" opens the panel on it.
  await until(() => panels.length === 2);
  const opened = panels.at(-1);
  assert.ok(opened);
  const { study } = await watchPage(opened).when((snapshot) => snapshot.study !== undefined);
  assert.equal(study?.end, 'complete');
});

test('cancelled in the corner, with no panel there; a failure is told as an error', async (t) => {
  const { engine, tasks, runs, run } = await prepare(t);
  hold(engine, 2);
  await run('measureBias');
  await until(() => engine.asked.length === 2);
  panels.at(-1)?.dispose();
  fake.progress.at(-1)?.cancel();
  await until(() => !tasks.isRunning('bias'));
  await until(async () => (await runs.list()).length === 1);
  engine.before = async (batch) => {
    if (batch < 4) return;
    panels.at(-1)?.dispose();
    throw new EngineError('engine-died', 'the engine is gone', 'Try again.');
  };
  await run('measureBias');
  await until(() => fake.said('error').length === 1);
  assert.deepEqual(fake.said('error'), ['The engine is gone. Try again.']);
  assert.deepEqual(fake.said('information'), []);
});

test('the command opens the panel and begins; once under way it only shows it', async (t) => {
  const { engine, run, runs } = await prepare(t);
  const release = hold(engine, 1);
  await run('measureBias');
  await until(() => engine.asked.length === 1);
  await run('measureBias');
  assert.deepEqual([panels.length, panels[0]?.reveals, engine.asked.length], [1, 1, 1]);
  assert.deepEqual(fake.said('error'), []);
  release();
  await until(async () => (await runs.list()).length === 1);
});

test('settings are chosen; a direction that is not offered is refused, and one that went is replaced', async (t) => {
  const { home, directions } = await prepare(t);
  const { client, when } = await restored(null);
  await client.choose({ direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 6, sweep: false });
  const { settings, state } = await when(({ settings }) => settings.direction === 'rust');
  assert.deepEqual(state, { settings, study: null, compared: null });
  await assert.rejects(
    client.choose({ direction: 'rust-raw', tasks: 'core', styles: ['instruction'], prompts: 6, sweep: false }),
    /no direction rust-raw/,
  );
  await assert.rejects(
    client.choose({ direction: 'none such', tasks: 'core', styles: ['instruction'], prompts: 6, sweep: false }),
    /no direction/,
  );
  await assert.rejects(
    client.choose({ direction: null, tasks: 'core', styles: ['instruction'], prompts: 0, sweep: false }),
    /prompts/,
  );
  await fs.rm(path.join(home, 'shipped', 'rust_1'), { recursive: true });
  await directions.refresh();
  assert.deepEqual((await when(({ settings }) => settings.direction !== 'rust')).settings, {
    direction: 'cpp',
    tasks: 'core',
    styles: ['instruction'],
    prompts: 6,
    sweep: false,
  });
});

test('the model as it is, and a concept without a language, are measured too', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(keptBy({ ...SMALL, direction: null }));
  await client.start({});
  const plain = await when(isDone);
  assert.deepEqual([plain.study?.direction, plain.study?.parts.length], [undefined, 1]);
  assert.equal(plain.past[0]?.title, 'the model as it is, instruction, 2 prompts');
  await client.choose({ ...SMALL, direction: 'polite' });
  await client.start({});
  const polite = await when((snapshot) => isDone(snapshot) && snapshot.study?.direction?.name === 'polite');
  assert.equal(polite.study?.direction?.target, undefined);
  assert.deepEqual(
    polite.study?.parts.map(({ condition }) => condition),
    ['plain', 'steered'],
  );
  assert.equal(engine.asked.at(-1)?.options.steer[0]?.name, 'polite');
});

test('the model is told of: there, being opened, missing, and why it cannot be opened', async (t) => {
  const { engine } = await prepare(t);
  const { when } = await restored(keptBy(SMALL));
  for (const model of ['missing', 'fetching', 'opening'] as const) {
    engine.enter({ engine: 'idle', model });
    await when((snapshot) => snapshot.model.state === model);
  }
  engine.enter({ engine: 'running', model: 'failed', error: new ModelError('x', 'this is no model', 'Take another.') });
  await when(({ problem }) => problem === 'This is no model. Take another.');
  engine.enter({ engine: 'running', model: 'ready', summary: { ...engine.summary, name: 'mine', precision: 'exact' } });
  const { model, problem } = await when((snapshot) => snapshot.model.state === 'ready');
  assert.deepEqual([model, problem], [{ state: 'ready', name: 'mine', precision: 'exact' }, undefined]);
});

test('getting a model is the command that there is for it', async (t) => {
  await prepare(t);
  const { client } = await restored(keptBy(SMALL));
  await client.getModel({});
  assert.deepEqual(fake.executed, [{ command: 'steerscope.getModel', args: [] }]);
});
