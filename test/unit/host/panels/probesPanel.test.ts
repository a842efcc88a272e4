/** The host side of the panel of probes, over an engine that answers at once: its studies, and what is read of a file. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CancelledError, EngineError, ModelError } from '../../../../src/core/errors.ts';
import { readProbeStudy, type ProbeResult } from '../../../../src/core/probes/study.ts';
import type { LinesParams, ProbeParams } from '../../../../src/protocol/engineService.ts';
import { probesSchemas } from '../../../../src/protocol/panels/probes.ts';
import type { ProbesPanel, ProbesSettings, ProbesSnapshot } from '../../../../src/protocol/panels/probes.ts';
import { PROBES_WORDS } from '../../../../src/protocol/panels/probesWords.ts';
import { until } from '../../files/support.ts';
import { FakePanel, panels, serializers } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Position, Selection, openMarked, showEditors, textEvents } from '../fake/texts.ts';
import { prepare } from './biasSupport.ts';
import type { FakeEngine } from './fakeEngine.ts';
import { watchSnapshots } from './page.ts';

const SETTINGS: ProbesSettings = {
  target: 'cpp',
  against: 'python',
  hook: 'resid_post',
  elsewhere: 'resid_mid',
  seed: 3,
};
const LAYER = {
  layer: 0,
  accuracy: [0.9, 0.8, 0.95],
  majority: 0.5,
  shuffled: 0.4,
  centroids: [0.7, 0.6, 0.8],
  confusion: [
    [9, 1],
    [1, 9],
  ],
} as const;

function resultOf({ languages = [], hook }: ProbeParams): ProbeResult {
  return { labels: languages, n: 20, layers: [LAYER], embedding: LAYER, askedFor: [LAYER], position: hook };
}

async function restored(state: unknown) {
  const panel = new FakePanel('steerscope.probes', '');
  await serializers.get('steerscope.probes')?.deserializeWebviewPanel(panel, state);
  return { panel, ...watch(panel) };
}

function watch(panel: FakePanel) {
  return watchSnapshots<ProbesPanel, ProbesSnapshot>(panel, probesSchemas);
}

/** The panels over an engine that probes; it waits before a place where it is told to. */
async function prepareProbes(t: TestContext, before: (place: number) => Promise<void> | void = () => {}) {
  const all = await prepare(t);
  const asked: ProbeParams[] = [];
  all.engine.answers.probe = async (params, { signal, onEvent } = {}) => {
    asked.push(params);
    onEvent?.({ kind: 'progress', phase: 'probing code', done: 1, total: 4, unit: 'texts' });
    const cancelled = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new CancelledError()));
    });
    await Promise.race([before(asked.length), cancelled]);
    return resultOf(params);
  };
  return { ...all, asked };
}

function held(): { readonly wait: Promise<void>; readonly release: () => void } {
  let release: () => void = () => {};
  const wait = new Promise<void>((resolve) => (release = resolve));
  return { wait, release };
}

const isDone = ({ work, studyId }: ProbesSnapshot): boolean => work === undefined && studyId !== undefined;

test('an empty panel has its words, and settings that can be begun with; it runs nothing', async (t) => {
  const { engine } = await prepareProbes(t);
  const { client, when } = await restored(null);
  assert.deepEqual(await client.words({}), PROBES_WORDS);
  const { settings, work, study, past, file, reading, isReading } = await when(() => true);
  assert.deepEqual(settings, { ...SETTINGS, seed: 0 });
  assert.deepEqual(
    [work, study, past, file, reading, isReading],
    [undefined, undefined, [], undefined, undefined, false],
  );
  assert.deepEqual([await client.figures({}), await client.tokens({})], [null, null]);
  assert.equal(engine.state.model, 'closed');
});

test('a study asks what the terminal asks, place by place, and its figures are those of the file that is kept', async (t) => {
  const { asked, runs } = await prepareProbes(t);
  const { client, when } = await restored({ settings: SETTINGS, study: null });
  await client.start({});
  const { studyId = '', study: key, past } = await when(isDone);
  const languages = ['cpp', 'python'];
  assert.deepEqual(asked, [
    { languages, hook: 'resid_post', seed: 3 },
    { languages, hook: 'resid_mid', seed: 3 },
  ]);
  const figures = await client.figures({});
  assert.equal(figures?.key, key);
  assert.deepEqual(figures?.study.results, asked.map(resultOf));
  const { kind, data, title, model } = await runs.load(studyId);
  assert.deepEqual([kind, title, model], ['probes', 'C++, Python: resid_post, resid_mid', 'smollm2-135m-instruct']);
  assert.deepEqual(readProbeStudy(data), figures?.study);
  assert.deepEqual([figures?.study.end, past.map(({ id }) => id)], ['complete', [studyId]]);
});

test('all languages together are one question, and no other place is one place', async (t) => {
  const { asked } = await prepareProbes(t);
  const { client, when } = await restored(null);
  await client.choose({ ...SETTINGS, target: 'julia', against: 'all', elsewhere: null });
  await client.start({});
  await when(isDone);
  assert.deepEqual(
    asked.map(({ languages }) => languages),
    [['python', 'cpp', 'java', 'julia', 'rust', 'javascript', 'go']],
  );
});

test('settings that ask nothing are refused', async (t) => {
  await prepareProbes(t);
  const { client } = await restored(null);
  await assert.rejects(client.choose({ ...SETTINGS, against: 'cpp' }), /two languages/);
  await assert.rejects(client.choose({ ...SETTINGS, elsewhere: 'resid_post' }), /two places/);
});

test('under way it is seen step by step, a second one is refused, and cancelled it keeps the places that are done', async (t) => {
  const { wait } = held();
  const { runs } = await prepareProbes(t, (place) => (place === 2 ? wait : undefined));
  const { client, when } = await restored({ settings: SETTINGS, study: null });
  await client.start({});
  const { work, study } = await when((snapshot) => snapshot.work?.place === 2 && snapshot.study !== undefined);
  const { leftMs: _, ...step } = work ?? {};
  assert.deepEqual(step, {
    ...{ hook: 'resid_mid', place: 2, places: 2, phase: 'probing code', done: 1, total: 4, unit: 'texts' },
  });
  assert.equal((await client.figures({}))?.key, study);
  await assert.rejects(client.start({}), /a study is under way/);
  await client.cancel({});
  const { studyId = '', problem } = await when(isDone);
  const kept = readProbeStudy((await runs.load(studyId)).data);
  assert.deepEqual([kept?.end, kept?.results.length, problem], ['cancelled', 1, undefined]);
});

test('cancelled before the first place nothing is kept; a failure is said in the panel', async (t) => {
  const { wait } = held();
  const { engine, runs, asked } = await prepareProbes(t, () => wait);
  const { client, when } = await restored({ settings: SETTINGS, study: null });
  await client.start({});
  await until(() => asked.length === 1);
  await client.cancel({});
  await when(({ work }) => work === undefined);
  assert.deepEqual(await runs.list(), []);
  engine.answers.probe = () => Promise.reject(new EngineError('engine-died', 'the engine is gone', 'Try again.'));
  await client.start({});
  await when(({ problem }) => problem === 'The engine is gone. Try again.');
  assert.deepEqual([await runs.list(), fake.said('error')], [[], []]);
});

test('closed while it probes: the study goes on in the corner, and its end is told and shown', async (t) => {
  const { wait, release } = held();
  const { tasks, asked } = await prepareProbes(t, (place) => (place === 1 ? wait : undefined));
  const { panel, client } = await restored({ settings: { ...SETTINGS, elsewhere: null }, study: null });
  await client.start({});
  await until(() => asked.length === 1);
  panel.dispose();
  assert.deepEqual([tasks.isRunning('probes'), fake.progress.length], [true, 2]);
  fake.answers.push('Show');
  release();
  await until(() => panels.length === 2);
  assert.deepEqual(fake.said('information'), ['The layers are probed: C++, Python: resid_post.']);
  const opened = panels.at(-1);
  assert.ok(opened);
  const page = watch(opened);
  await page.when(({ study }) => study !== undefined);
  assert.equal((await page.client.figures({}))?.study.end, 'complete');
});

test('another model chosen meanwhile ends the study: figures of two models are not put together', async (t) => {
  const { engine } = await prepareProbes(t, (place) => {
    if (place === 1) engine.summary = { ...engine.summary, fingerprint: 'cd'.repeat(32) };
  });
  const { client, when } = await restored({ settings: SETTINGS, study: null });
  await client.start({});
  const { problem } = await when((snapshot) => snapshot.problem !== undefined && snapshot.work === undefined);
  assert.match(problem ?? '', /^Another model was chosen meanwhile/);
  assert.equal((await client.figures({}))?.study.results.length, 1);
});

test('a kept study is opened from past runs and after a reload; one that is no study is refused', async (t) => {
  const { run, runs } = await prepareProbes(t);
  const { panel, client, when } = await restored({ settings: SETTINGS, study: null });
  await client.start({});
  const { studyId = '', state } = await when(isDone);
  panel.dispose();
  const [summary] = await runs.list();
  await run('openRun', { run: summary });
  const opened = panels.at(-1);
  assert.ok(opened);
  assert.equal((await watch(opened).when(({ study }) => study !== undefined)).studyId, studyId);
  opened.dispose();
  const again = await restored(state);
  await again.when((snapshot) => snapshot.studyId === studyId);
  const { id } = await runs.save({ kind: 'probes', title: 'x', model: 'm', data: { version: 1 } });
  await assert.rejects(again.client.open({ id }), /this study cannot be read/);
});

test('the command shows the panel; from a direction it probes the languages of that', async (t) => {
  const { run, asked, directions } = await prepareProbes(t);
  await run('probeLayers');
  assert.deepEqual([panels.length, asked.length], [1, 0]);
  const direction = directions.all.find(({ name }) => name === 'rust');
  assert.ok(direction);
  await run('probeLayers', { kind: 'direction', direction });
  await until(() => asked.length === 2);
  assert.deepEqual(asked[0]?.languages, ['rust', 'python']);
  const concept = directions.all.find(({ name }) => name === 'polite');
  await run('probeLayers', { kind: 'direction', direction: concept });
  assert.equal(asked.length, 2);
});

/** The engine tells the words of a text apart: those with a semicolon are C++. */
function readsWords({ answers }: FakeEngine): LinesParams[] {
  const asked: LinesParams[] = [];
  answers.lines = async (params) => {
    asked.push(params);
    const words = [...params.text.matchAll(/\S+/g)];
    return {
      languages: ['python', 'cpp'],
      lines: [],
      perToken: words.map(({ 0: word, index }) => ({
        start: index,
        end: index + word.length,
        line: params.text.slice(0, index).split('\n').length - 1,
        scores: word.endsWith(';') ? [0.25, 0.75] : [0.9, 0.1],
      })),
      tokens: words.length,
      leftOut: { tokens: 0, lines: 0 },
      probe: { name: 'languages', layer: 28, notes: [] },
    };
  };
  return asked;
}

test('the file is read as the terminal reads it; a token leads back into the editor; a change makes it stale', async (t) => {
  const { engine, run } = await prepareProbes(t);
  const asked = readsWords(engine);
  const editor = openMarked('x = 1\n‸int y;\n');
  await run('probeFile');
  const opened = panels.at(-1);
  assert.ok(opened);
  const { client, when } = watch(opened);
  const { reading, file } = await when((snapshot) => snapshot.reading !== undefined);
  assert.deepEqual([reading?.name, file, reading?.isStale], ['a.py', 'a.py', false]);
  assert.deepEqual(asked, [{ text: 'x = 1\nint y;\n', maxTokens: 2048, perToken: true }]);
  const tokens = await client.tokens({});
  assert.equal(tokens?.key, reading?.key);
  assert.deepEqual(
    tokens?.tokens.map(({ text, line, scores }) => [text, line, scores[1]]),
    [
      ['x', 0, 0.1],
      ['=', 0, 0.1],
      ['1', 0, 0.1],
      ['int', 1, 0.1],
      ['y;', 1, 0.75],
    ],
  );
  const key = reading?.key ?? 0;
  await client.openToken({ key, index: 4 });
  assert.deepEqual([editor.selection.start, editor.selection.end], [new Position(1, 4), new Position(1, 6)]);
  for (const wrong of [
    { key, index: 5 },
    { key: key + 1, index: 0 },
  ])
    await assert.rejects(client.openToken(wrong), /this token is not there any more/);
  editor.document.edit(0, 0, 'y = 1');
  await when((snapshot) => snapshot.reading?.isStale === true);
});

test('a file whose language is changed is still the one to be read; one that is closed is not', async (t) => {
  await prepareProbes(t);
  const editor = openMarked('x = 1\n‸int y;\n');
  const { when } = await restored(null);
  await when(({ file }) => file === 'a.py');
  showEditors();
  textEvents.closed.fire(editor.document);
  await when(({ file }) => file === undefined);
  textEvents.opened.fire(editor.document);
  await when(({ file }) => file === 'a.py');
});

test('of a selection the tokens are placed in the file, and its lines are in the name', async (t) => {
  const { engine } = await prepareProbes(t);
  const asked = readsWords(engine);
  const editor = openMarked('x = 1\nint y;\nint z;\n');
  const { client, when } = await restored(null);
  editor.selection = new Selection(1, 4, 2, 6);
  await when(({ file }) => file === 'a.py:2-3');
  await client.readFile({});
  const { reading } = await when((snapshot) => snapshot.reading !== undefined);
  assert.equal(asked[0]?.text, 'y;\nint z;');
  const tokens = await client.tokens({});
  assert.deepEqual(
    tokens?.tokens.map(({ text, line }) => [text, line]),
    [
      ['y;', 1],
      ['int', 2],
      ['z;', 2],
    ],
  );
  await client.openToken({ key: reading?.key ?? 0, index: 2 });
  assert.deepEqual([editor.selection.start, editor.selection.end], [new Position(2, 4), new Position(2, 6)]);
});

test('without a file, and for a model without a probe, the panel says what is missing and what gets it', async (t) => {
  showEditors();
  const { engine } = await prepareProbes(t);
  const { client, when } = await restored(null);
  await client.readFile({});
  const { fileProblem } = await when((snapshot) => snapshot.fileProblem !== undefined);
  assert.deepEqual(fileProblem, { text: 'Open a file, and put the cursor into it.', needsProbe: false });
  openMarked('int y;');
  engine.answers.lines = () => Promise.reject(new ModelError('no-line-probe', 'no probe was made', 'Make one.'));
  await client.readFile({});
  await when((snapshot) => snapshot.fileProblem?.needsProbe === true);
  await client.fitLines({});
  assert.deepEqual(fake.executed, [{ command: 'steerscope.fitLines', args: [] }]);
});
