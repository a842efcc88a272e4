/** The host's side of the panel of interventions: its ways in, what it asks the engine for, and what it shows of it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { CancelledError, UsageError } from '../../../../src/core/errors.ts';
import type { EngineState } from '../../../../src/host/engine/engineHost.ts';
import type { InterveneParams, SweepParams } from '../../../../src/protocol/interventionTypes.ts';
import {
  MOST_TEXT,
  interveneSchemas,
  type IntervenePanel,
  type InterveneSettings,
  type InterveneSnapshot,
} from '../../../../src/protocol/panels/intervene.ts';
import type { InterveneCase } from '../../../../src/protocol/panels/interveneCase.ts';
import { INTERVENE_WORDS } from '../../../../src/protocol/panels/interveneWords.ts';
import type { Progress } from '../../../../src/protocol/engineService.ts';
import { PATCHED, RESULT } from '../../../webview/harness/interveneStates.ts';
import { until } from '../../files/support.ts';
import { EventEmitter } from '../fake/events.ts';
import { summaryOf } from '../fake/models.ts';
import { FakePanel, panels, serializers } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Selection, openMarked, showEditors } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { complaints, fakeLog, freshHome } from '../support.ts';
import { loadPage } from './page.ts';

const { Tasks } = await import('../../../../src/host/tasks/tasks.ts');
const { CompletionState } = await import('../../../../src/host/completion/completionState.ts');
const { WorkedEditor } = await import('../../../../src/host/activeEditor.ts');
const { RunStore } = await import('../../../../src/host/runs/runStore.ts');
const { registerIntervenePanel } = await import('../../../../src/host/panels/intervene/index.ts');
const { DEFAULT_SETTINGS } = await import('../../../../src/host/panels/intervene/requests.ts');

interface Calls {
  readonly signal: AbortSignal;
  readonly onEvent: (progress: Progress) => void;
}

/** Every word is a token; what is asked for is answered with figures of the real model. */
class FakeEngine {
  state: EngineState = { engine: 'idle', model: 'closed' };
  readonly asked: (readonly [method: string, params: unknown])[] = [];
  /** Called before an answer: waits, or throws. */
  before: (calls: Calls) => Promise<void> | void = () => {};
  private readonly changed = new EventEmitter<EngineState>();
  readonly onDidChangeState = this.changed.event;

  async use<T>(work: (client: never, model: never) => Promise<T>): Promise<T> {
    const summary = summaryOf('smollm2-135m-instruct');
    this.state = { engine: 'running', model: 'ready', summary };
    this.changed.fire(this.state);
    const client = {
      tokenize: async (params: { readonly text: string }) => {
        this.asked.push(['tokenize', params]);
        const pieces = params.text.split(' ');
        return { ids: pieces.map((_, id) => id), pieces };
      },
      intervene: (params: InterveneParams, calls: Calls) => this.answer('intervene', params, calls, RESULT),
      sweep: (params: SweepParams, calls: Calls) => this.answer('sweep', params, calls, PATCHED),
    };
    return work(client as never, summary as never);
  }

  private async answer<T>(method: string, params: unknown, calls: Calls, result: T): Promise<T> {
    this.asked.push([method, params]);
    calls.onEvent({ kind: 'progress', phase: 'sweeping', done: 2, total: 37, unit: 'runs' });
    await this.before(calls);
    return result;
  }
}

const SET: InterveneSettings = {
  ...DEFAULT_SETTINGS,
  text: 'The capital of France is',
  change: 'patch',
  source: 'and The capital of Italy is',
  layer: 2,
  layers: '0,2-3',
};

async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  panels.length = 0;
  serializers.clear();
  const engine = new FakeEngine();
  const log = fakeLog();
  const [tasks, completionState] = [new Tasks(log), new CompletionState()];
  const workedEditor = new WorkedEditor();
  t.after(() => workedEditor.dispose());
  const context = { extensionUri: Uri.file('/extension') };
  const runs = new RunStore(settings, log);
  const services = { context, log, settings, engine, tasks, completionState, runs, workedEditor };
  const registered = registerIntervenePanel(services as never);
  t.after(() => registered.dispose());
  const run = async (command: string): Promise<unknown> => fake.commands.get(`steerscope.${command}`)?.();
  return { home, engine, completionState, tasks, runs, registered, run };
}

function watchPage(panel: FakePanel) {
  const { client } = loadPage<IntervenePanel>(panel, interveneSchemas);
  const seen: InterveneSnapshot[] = [];
  client.watch({}, { onEvent: (snapshot) => seen.push(snapshot) }).catch(() => undefined);
  const when = async (isSo: (snapshot: InterveneSnapshot) => boolean): Promise<InterveneSnapshot> => {
    await until(() => seen.length > 0 && isSo(seen.at(-1) as InterveneSnapshot));
    return seen.at(-1) as InterveneSnapshot;
  };
  return { client, when };
}

async function restored(settings: InterveneSettings = SET, caseId: string | null = null) {
  const panel = new FakePanel('steerscope.intervene', '');
  await serializers.get('steerscope.intervene')?.deserializeWebviewPanel(panel, { settings, caseId });
  return { panel, ...watchPage(panel) };
}

const NO_ID = '00000000-0000-4000-8000-000000000000';

const ofMethod = ({ asked }: FakeEngine, method: string): unknown[] =>
  asked.filter(([name]) => name === method).map(([, params]) => params);

test('what was set comes back after a reload of the window, and nothing is run by itself', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  assert.deepEqual(await client.words({}), INTERVENE_WORDS);
  const { settings, tokens, runs, single } = await when(() => true);
  assert.deepEqual([settings, tokens, runs, single], [SET, undefined, undefined, undefined]);
  assert.deepEqual(engine.asked, []);
  const panel = new FakePanel('steerscope.intervene', '');
  await serializers.get('steerscope.intervene')?.deserializeWebviewPanel(panel, { settings: { text: 7 } });
});

test('one intervention asks what the terminal asks, and shows what came with where it is from', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  await client.start({});
  const { single, tokens, sourceTokens, runs, work } = await when((snapshot) => snapshot.single !== undefined);
  const subject = { text: SET.text, special: false, hook: 'resid_post', change: { kind: 'patch', source: SET.source } };
  assert.deepEqual(ofMethod(engine, 'intervene'), [{ ...subject, layer: 2, position: -1, top: 6, continued: 8 }]);
  assert.deepEqual([single?.from.model, single?.from.precision], ['smollm2-135m-instruct', 'fast']);
  assert.deepEqual(await client.single({ id: single?.id ?? '' }), RESULT);
  await assert.rejects(client.single({ id: NO_ID }), { reason: 'unknown-figures' });
  assert.deepEqual([tokens?.count, sourceTokens?.count], [5, 6]);
  assert.deepEqual(await client.tokens({ id: sourceTokens?.id ?? '' }), SET.source.split(' '));
  await assert.rejects(client.tokens({ id: NO_ID }), { reason: 'unknown-text' });
  // The source, the text, the change, and seven more tokens; three layers of five positions and both texts.
  assert.deepEqual(runs, { single: 10, sweep: 17 });
  assert.deepEqual([single?.stale, work], [undefined, undefined]);
  await client.choose({ ...SET, layer: 1 });
  await when((snapshot) => snapshot.single?.stale === 'settings');
  await client.choose(SET);
  await when((snapshot) => snapshot.single?.stale === undefined);
});

test('every setting reaches the engine', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  const set: InterveneSettings = {
    ...SET,
    ...{
      prefill: 'A',
      hook: 'z',
      index: 1,
      change: 'scale',
      factor: -2,
      tokens: ['#5', ' the'],
      continued: 0,
      last: 3,
    },
  };
  await client.choose(set);
  await client.choose({ ...set, position: 3 });
  await client.start({});
  await when(({ single, work }) => single !== undefined && work === undefined);
  await client.startSweep({});
  await when(({ sweep }) => sweep !== undefined);
  const subject = {
    ...{ text: SET.text, special: false, asked: { mode: 'chat', prefill: 'A' }, hook: 'z', index: 1 },
    ...{ change: { kind: 'scale', factor: -2 }, tokens: [5, ' the'] },
  };
  assert.deepEqual(ofMethod(engine, 'intervene'), [{ ...subject, layer: 2, position: 3, top: 6, continued: 0 }]);
  assert.deepEqual(ofMethod(engine, 'sweep'), [{ ...subject, layers: '0,2-3', window: { last: 3 } }]);
});

test('a sweep is named in the snapshot and its grid is asked for; a cell opens the single intervention', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  await client.startSweep({});
  const { sweep } = await when((snapshot) => snapshot.sweep !== undefined);
  assert.deepEqual(await client.sweep({ id: sweep?.id ?? '' }), PATCHED);
  await assert.rejects(client.sweep({ id: NO_ID }), { reason: 'unknown-figures' });
  await client.choose({ ...SET, text: 'something else' });
  await when((snapshot) => snapshot.sweep?.stale === 'settings');
  await client.openCell({ layer: 3, position: 1 });
  const opened = await when(({ single }) => single !== undefined);
  const [request] = ofMethod(engine, 'intervene') as InterveneParams[];
  assert.deepEqual(
    [request?.text, request?.layer, request?.position, request?.tokens],
    [SET.text, 3, 1, [...PATCHED.tokens]],
  );
  assert.deepEqual([opened.settings.text, opened.sweep?.stale, opened.single?.stale], [SET.text, undefined, undefined]);
});

test('progress is shown in runs, a second one is refused, and a cancelled one leaves no trace', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  engine.before = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError()), { once: true }));
  await client.startSweep({});
  const { work } = await when((snapshot) => snapshot.work?.total === 37);
  assert.deepEqual(work, { kind: 'sweep', done: 2, total: 37 });
  await assert.rejects(client.start({}), { reason: 'already-running' });
  assert.deepEqual((await when(() => true)).work, work);
  await client.cancel({});
  const end = await when((snapshot) => snapshot.work === undefined);
  assert.deepEqual([end.sweep, end.single], [undefined, undefined]);
});

test('what the engine refuses is said in the panel, and taken back when something else is set', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  engine.before = () => {
    throw new UsageError('bad-layer', 'this model has no layer 9', 'It has the layers 0 to 3.');
  };
  await client.start({});
  const { problem } = await when((snapshot) => snapshot.problem !== undefined);
  assert.equal(problem, 'This model has no layer 9. It has the layers 0 to 3.');
  await client.choose({ ...SET, layer: 3 });
  await when((snapshot) => snapshot.problem === undefined);
});

test('another text has other positions', async (t) => {
  await prepare(t);
  const { client, when } = await restored({ ...SET, position: 2, sourcePosition: 1 });
  await client.choose({ ...SET, position: 2, sourcePosition: 1, source: 'of Italy' });
  const other = await when(({ settings }) => settings.source === 'of Italy');
  assert.deepEqual([other.settings.position, other.settings.sourcePosition], [2, null]);
  await client.choose({ ...other.settings, text: 'short' });
  const { settings } = await when((snapshot) => snapshot.settings.text === 'short');
  assert.deepEqual([settings.position, settings.sourcePosition], [-1, null]);
});

test('the command takes what is selected, and reads it', async (t) => {
  const { engine, run } = await prepare(t);
  const editor = openMarked('int main() {‸}', 'cpp');
  showEditors(editor);
  editor.selection = new Selection(0, 0, 0, 8);
  await run('intervene');
  const { client, when } = watchPage(panels[0] as FakePanel);
  const { settings, tokens } = await when((snapshot) => snapshot.tokens !== undefined);
  assert.deepEqual([settings.text, settings.prefill, tokens?.count], ['int main', null, 2]);
  assert.deepEqual(await client.tokens({ id: tokens?.id ?? '' }), ['int', 'main']);
  assert.deepEqual(ofMethod(engine, 'tokenize'), [{ text: 'int main', special: false, asRun: true }]);
});

test('a selection that is too long, or none, is said', async (t) => {
  await prepare(t);
  const { client } = await restored();
  const editor = openMarked(`${'x'.repeat(MOST_TEXT + 1)}‸`);
  showEditors(editor);
  editor.selection = new Selection(0, 0, 0, MOST_TEXT + 1);
  await assert.rejects(client.takeSelection({}), { reason: 'too-long' });
  editor.selection = new Selection(0, 0, 0, 0);
  await assert.rejects(client.takeSelection({}), { reason: 'nothing-selected' });
  showEditors();
});

test('the last completion is taken as it was asked: as a chat, or as text', async (t) => {
  const { completionState, run } = await prepare(t);
  const offered = (surface: string, prefill: string): void =>
    completionState.offered({
      completion: { plan: { surface, prompt: 'Write a loop.', options: { prefill } } },
    } as never);
  await run('interveneCompletion');
  await until(() => complaints().length > 0);
  assert.match(complaints().at(-1) ?? '', /othing has been completed yet/);
  offered('answer', 'Here:');
  await run('interveneCompletion');
  const { client, when } = watchPage(panels[0] as FakePanel);
  const chat = await when(({ settings }) => settings.text !== '');
  assert.deepEqual([chat.settings.text, chat.settings.prefill, chat.hasCompletion], ['Write a loop.', 'Here:', true]);
  offered('raw', ' go');
  await client.takeCompletion({});
  const { settings } = await when((snapshot) => snapshot.settings.prefill === null);
  assert.equal(settings.text, 'Write a loop. go');
});

test('the end of a sweep is told where nobody sees the panel', async (t) => {
  const { engine } = await prepare(t);
  const { client, panel, when } = await restored();
  let release: () => void = () => {};
  engine.before = () => new Promise((resolve) => (release = resolve));
  await client.startSweep({});
  await when(({ work }) => work?.total === 37);
  panel.setVisible(false);
  release();
  await until(() => fake.shown.some(({ text }) => text === 'The sweep is done.'));
});

const isKept = ({ caseId }: InterveneSnapshot): boolean => caseId !== undefined;

/** An intervention and a sweep that were made and kept. */
async function keptCase(t: TestContext) {
  const prepared = await prepare(t);
  const page = await restored();
  await page.client.start({});
  await page.when(({ single, work }) => single !== undefined && work === undefined);
  await page.client.startSweep({});
  await page.when(({ sweep }) => sweep !== undefined);
  await Promise.all([page.client.keep({}), page.client.keep({})]);
  const { caseId = '' } = await page.when(isKept);
  return { ...prepared, ...page, caseId };
}

test('a case is kept once, listed, and opened again after a reload with what is set since', async (t) => {
  const { runs, registered, when, panel, caseId, engine } = await keptCase(t);
  assert.deepEqual(
    (await runs.list()).map(({ id, kind, title, model }) => [id, kind, title, model]),
    [[caseId, 'intervene', 'sweep of resid_post: The capital of France is', 'smollm2-135m-instruct']],
  );
  const { past, state, single: before } = await when(isKept);
  assert.deepEqual(
    past.map(({ id }) => id),
    [caseId],
  );
  panel.dispose();
  const asked = engine.asked.length;
  const again = await restored({ ...SET, layer: 3 }, caseId);
  const { single, sweep, settings } = await again.when((snapshot) => snapshot.single?.id !== before?.id);
  assert.deepEqual([settings.layer, single?.stale, sweep?.stale], [3, 'settings', undefined]);
  assert.deepEqual(await again.client.single({ id: single?.id ?? '' }), RESULT);
  assert.deepEqual(await again.client.sweep({ id: sweep?.id ?? '' }), PATCHED);
  assert.deepEqual(state, { settings: { ...SET }, caseId });
  assert.equal(engine.asked.length, asked);
  // What is made anew is another case.
  await again.client.start({});
  await again.when((snapshot) => !isKept(snapshot));
  await registered.openRun?.(caseId);
  assert.equal((await again.when(isKept)).settings.layer, SET.layer);
  await runs.remove(caseId);
  await again.when((snapshot) => snapshot.past.length === 0 && !isKept(snapshot));
  await assert.rejects(again.client.open({ id: caseId }));
});

test('an export opens again without a model, and says where another one is chosen; what is damaged is refused', async (t) => {
  const { home, client, when, registered } = await keptCase(t);
  const file = path.join(home, 'case.json');
  fake.answers.push(Uri.file(file));
  await client.save({});
  const whole: InterveneCase = JSON.parse(await fs.readFile(file, 'utf8'));
  const of = (changed: object): object => JSON.parse(JSON.stringify({ ...whole, ...changed }));
  const { single, sweep } = whole;
  assert.ok(single && sweep);
  const swept = (changed: object): object => of({ sweep: { ...sweep, result: { ...sweep.result, ...changed } } });
  const made = (changed: object): object => of({ single: { ...single, result: { ...single.result, ...changed } } });
  const damaged: readonly unknown[] = [
    {},
    of({ version: 2 }),
    of({ single: undefined, sweep: undefined }),
    of({ more: 1 }),
    swept({ kl: sweep.result.kl.slice(1) }),
    swept({ recovered: sweep.result.recovered?.map((row) => row.slice(1)) }),
    swept({ positions: [0, 1, 2, 3, 5] }),
    swept({ differences: sweep.result.differences.map((row) => row.map(String)) }),
    made({ kl: '<b>x</b>' }),
    made({ position: 99 }),
    made({ site: 'elsewhere' }),
    made({ tokens: [1] }),
    of({ single: { ...single, settings: { ...single.settings, text: 7 } } }),
  ];
  for (const data of damaged) assert.equal(registered.openExport?.(data), false, JSON.stringify(data).slice(0, 80));
  const from = { ...single.from, model: 'another' };
  assert.equal(registered.openExport?.(of({ single: { ...single, from } })), true);
  const opened = await when((snapshot) => snapshot.single?.stale === 'model');
  assert.deepEqual([opened.caseId, opened.sweep?.stale, opened.single?.from.model], [undefined, undefined, 'another']);
  assert.deepEqual(await client.single({ id: opened.single?.id ?? '' }), RESULT);
});

test('a case is not opened over a run that is under way', async (t) => {
  const { engine, client, when, caseId } = await keptCase(t);
  engine.before = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError()), { once: true }));
  await client.start({});
  await when(({ work }) => work?.total === 37);
  await assert.rejects(client.open({ id: caseId }), { reason: 'already-running' });
  await client.cancel({});
  await when(({ work }) => work === undefined);
});
