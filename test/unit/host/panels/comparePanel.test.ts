/** The panel of comparisons, its host side: what the engine is asked, how a slider waits and gives up, and what is kept. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { test } from 'node:test';
import { EngineError } from '../../../../src/core/errors.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';
import type { CompareOptions } from '../../../../src/protocol/compareTypes.ts';
import { compareSchemas } from '../../../../src/protocol/panels/compare.ts';
import type { ComparePanel, CompareSettings, CompareSnapshot } from '../../../../src/protocol/panels/compare.ts';
import { readCase } from '../../../../src/protocol/panels/compareCase.ts';
import { COMPARE_WORDS } from '../../../../src/protocol/panels/compareWords.ts';
import { sampleComparison } from '../../../sampleComparison.ts';
import { until } from '../../files/support.ts';
import { FakePanel, panels, serializers } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { hold, prepare } from './biasSupport.ts';
import { loadPage } from './page.ts';

const SETTINGS: CompareSettings = {
  prompt: 'Sort a list.',
  surface: 'answer',
  a: { direction: null, strength: 1 },
  b: { direction: 'cpp', strength: 1 },
  maxTokens: 32,
  read: 'a',
};

function watchPage(panel: FakePanel) {
  const { client } = loadPage<ComparePanel>(panel, compareSchemas);
  const seen: CompareSnapshot[] = [];
  client.watch({}, { onEvent: (snapshot) => seen.push(snapshot) }).catch(() => undefined);
  const when = async (isSo: (snapshot: CompareSnapshot) => boolean): Promise<CompareSnapshot> => {
    await until(() => seen.length > 0 && isSo(seen.at(-1) ?? assert.fail()));
    return seen.at(-1) ?? assert.fail('no snapshot came');
  };
  return { client, when };
}

async function restored(
  settings: CompareSettings | null,
  caseId: string | null = null,
  completion: CompareOptions | null = null,
) {
  const panel = new FakePanel('steerscope.compare', '');
  await serializers.get('steerscope.compare')?.deserializeWebviewPanel(panel, { settings, completion, caseId });
  return { panel, ...watchPage(panel) };
}

const isShown = ({ work, shownId }: CompareSnapshot): boolean => work === undefined && shownId !== undefined;

test('an empty panel offers every direction with its surface, and something to begin with', async (t) => {
  await prepare(t);
  const { client, when } = await restored(null);
  assert.deepEqual(await client.words({}), COMPARE_WORDS);
  const { directions, settings, past, shownId, work, isStale } = await when(() => true);
  assert.deepEqual(
    directions.map(({ name, surface }) => [name, surface]),
    [
      ['cpp', 'answer'],
      ['polite', 'answer'],
      ['rust', 'answer'],
      ['rust-raw', 'raw'],
    ],
  );
  assert.deepEqual(settings.b, { direction: 'cpp', strength: 1 });
  assert.deepEqual([past, shownId, work, isStale], [[], undefined, undefined, false]);
});

test('a comparison asks as the terminal would, is seen as it goes, and is handed out by its id', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(SETTINGS);
  const release = hold(engine, 1);
  await client.start({});
  const { work } = await when((snapshot) => snapshot.work?.phase !== '' && snapshot.work !== undefined);
  assert.deepEqual([work?.texts, work?.done, work?.total], [{ a: 'first', b: '' }, 1, 2]);
  release();
  const { shownId = '', isStale } = await when(isShown);
  assert.equal(isStale, false);
  const params = {
    prompt: 'Sort a list.',
    options: {
      ...{ mode: 'auto', prefill: NEUTRAL_OPENING, maxTokens: 32, temperature: 0, topP: 1, topK: 0 },
      ...{ repeatPenalty: 1.1, stop: [], ignoreEos: false, seed: 0 },
    },
    a: { steer: [] },
    b: { steer: [{ name: 'cpp', strength: 1 }] },
    threshold: 0.05,
    top: 5,
  };
  assert.deepEqual(engine.compared, [params]);
  const comparison = await client.comparison({ id: shownId });
  assert.deepEqual(comparison?.result, sampleComparison(params));
  assert.deepEqual(comparison?.params, params);
  assert.equal(await client.comparison({ id: '00000000-0000-4000-8000-000000000000' }), null);
});

test('raw text is asked as text to be continued', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored({ ...SETTINGS, surface: 'raw', b: { direction: 'rust-raw', strength: 2 } });
  await client.start({});
  await when(isShown);
  const [{ options, b }] = engine.compared;
  assert.deepEqual([options.mode, options.prefill, options.repeatPenalty], ['raw', undefined, 1]);
  assert.deepEqual(b, { steer: [{ name: 'rust-raw', strength: 2 }] });
});

test('of many moves of a slider the last one is run, and what was under way is given up', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(SETTINGS);
  hold(engine, 1);
  await client.start({});
  await until(() => engine.compared.length === 1);
  const tuned = (strength: number): CompareSettings => ({ ...SETTINGS, b: { direction: 'cpp', strength } });
  for (const strength of [1.1, 1.2, 1.3, 2]) await client.tune(tuned(strength));
  const { shownId = '', settings, problem } = await when(isShown);
  assert.deepEqual(
    engine.compared.map(({ b }) => b.steer[0]?.strength),
    [1, 2],
  );
  assert.deepEqual([settings.b.strength, problem], [2, undefined]);
  assert.equal((await client.comparison({ id: shownId }))?.settings.b.strength, 2);
});

test('other settings and another model make what is shown stale, the text that is read does not', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(SETTINGS);
  await client.start({});
  await when(isShown);
  await client.choose({ ...SETTINGS, read: 'b' });
  assert.equal((await when(({ settings }) => settings.read === 'b')).isStale, false);
  const { summary } = engine;
  engine.enter({ engine: 'running', model: 'ready', summary: { ...summary, precision: 'exact' } });
  await when(({ isStale }) => isStale);
  engine.enter({ engine: 'running', model: 'ready', summary });
  await when(({ isStale }) => !isStale);
  await client.choose({ ...SETTINGS, prompt: 'Another one.' });
  await when(({ isStale }) => isStale);
  await assert.rejects(client.choose({ ...SETTINGS, a: { direction: 'gone', strength: 1 } }), /no direction gone/);
});

test('cancelled: nothing is under way, nothing is wrong, and what was shown stays', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored(SETTINGS);
  await client.start({});
  const { shownId } = await when(isShown);
  hold(engine, 2);
  await client.start({});
  await until(() => engine.compared.length === 2);
  await client.cancel({});
  const after = await when(({ work }) => work === undefined);
  assert.deepEqual([after.shownId, after.problem], [shownId, undefined]);
});

test('what goes wrong is said, and the next one takes it back; an empty prompt too', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored({ ...SETTINGS, prompt: ' ' });
  await client.start({});
  const { problem } = await when((snapshot) => snapshot.problem !== undefined && snapshot.work === undefined);
  assert.match(problem ?? '', /^The prompt is empty/);
  assert.deepEqual(engine.compared, []);
  await client.choose(SETTINGS);
  engine.before = (n) => {
    if (n === 1) throw new EngineError('ended', 'the engine ended by itself', 'Try again.');
  };
  await client.start({});
  await when((snapshot) => snapshot.problem?.includes('ended by itself') === true && snapshot.work === undefined);
  await client.start({});
  assert.equal((await when(isShown)).problem, undefined);
});

test('a case is kept once, listed, opened again from the past runs, and can be changed and made again', async (t) => {
  const { engine, runs, studies, run } = await prepare(t);
  const { client, when, panel } = await restored(SETTINGS);
  await client.start({});
  await when(isShown);
  await Promise.all([client.keep({}), client.keep({})]);
  await client.keep({});
  const { caseId = '', past } = await when((snapshot) => snapshot.caseId !== undefined);
  assert.deepEqual(await fs.readdir(studies), [`${caseId}.json`]);
  assert.deepEqual(
    past.map(({ id, title }) => [id, title]),
    [[caseId, 'unsteered ↔ cpp ×1: Sort a list.']],
  );
  const kept = await runs.load(caseId);
  assert.equal(kept.kind, 'compare');
  const read = readCase(kept.data);
  assert.deepEqual(read?.result, sampleComparison(engine.compared[0] ?? assert.fail()));
  panel.dispose();
  await run('openRun', { run: { id: caseId, kind: 'compare', title: '' } });
  const again = watchPage(panels.at(-1) ?? assert.fail('no panel'));
  const { shownId = '', settings, isCompletion } = await again.when(isShown);
  assert.deepEqual([settings, isCompletion], [SETTINGS, false]);
  assert.deepEqual(await again.client.comparison({ id: shownId }), read);
  await again.client.start({});
  await again.when((snapshot) => snapshot.shownId !== shownId && isShown(snapshot));
  assert.deepEqual(engine.compared[1], engine.compared[0]);
  panels.at(-1)?.dispose();
  const changed = { ...SETTINGS, maxTokens: 16 };
  const reloaded = await restored(changed, caseId);
  const after = await reloaded.when((snapshot) => snapshot.caseId === caseId && snapshot.isStale);
  assert.deepEqual(after.settings, changed);
  assert.deepEqual(fake.said('error'), []);
});

test('a file that is no case of this version is refused, and what is kept of a page is checked', async (t) => {
  const { runs } = await prepare(t);
  const { id } = await runs.save({ kind: 'compare', title: 'x', model: 'm', data: { version: 99 } });
  const { client, when } = await restored({ ...SETTINGS, maxTokens: -1 });
  await assert.rejects(client.open({ id }), /cannot be read/);
  assert.equal((await when(() => true)).settings.prompt, '');
});

test('a closed panel gives up what is under way', async (t) => {
  const { engine, tasks } = await prepare(t);
  const { client, panel } = await restored(SETTINGS);
  hold(engine, 1);
  await client.start({});
  await until(() => engine.compared.length === 1);
  panel.dispose();
  await until(() => !tasks.isRunning('compare-steerings'));
});

test('what a completion was asked with is kept over a reload of the window, also where it was not kept as a case', async (t) => {
  const { engine } = await prepare(t);
  const { measureOptions } = await import('../../../../src/protocol/measureOptions.ts');
  const { temperature, topP, topK, ignoreEos, seed } = measureOptions;
  const completion: CompareOptions = {
    ...{ mode: 'raw', suffix: '}', maxTokens: 32, repeatPenalty: 1, stop: ['\n\n'] },
    ...{ temperature, topP, topK, ignoreEos, seed },
  };
  const { client, when } = await restored({ ...SETTINGS, surface: 'raw' }, null, completion);
  const { state, isCompletion } = await when(() => true);
  assert.equal(isCompletion, true);
  assert.deepEqual((state as { completion?: unknown }).completion, completion);
  await client.start({});
  await when(isShown);
  assert.deepEqual(engine.compared[0]?.options, completion);
  // Another prompt is asked as typed ones are.
  await client.choose({ ...SETTINGS, surface: 'raw', prompt: 'Another one.' });
  assert.equal((await when((snapshot) => !snapshot.isCompletion)).settings.prompt, 'Another one.');
});
