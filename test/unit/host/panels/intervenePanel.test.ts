/** The host's side of the panel of interventions: its ways in, what it asks the engine for, and what it shows of it. */
import assert from 'node:assert/strict';
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
  const { settings } = await freshHome(t);
  panels.length = 0;
  serializers.clear();
  const engine = new FakeEngine();
  const log = fakeLog();
  const [tasks, completionState] = [new Tasks(log), new CompletionState()];
  const context = { extensionUri: Uri.file('/extension') };
  const services = { context, log, settings, engine, tasks, completionState };
  const registered = registerIntervenePanel(services as never);
  t.after(() => registered.dispose());
  const run = async (command: string): Promise<unknown> => fake.commands.get(`steerscope.${command}`)?.();
  return { engine, completionState, tasks, run };
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

async function restored(settings: InterveneSettings = SET) {
  const panel = new FakePanel('steerscope.intervene', '');
  await serializers.get('steerscope.intervene')?.deserializeWebviewPanel(panel, { settings });
  return { panel, ...watchPage(panel) };
}

const ofMethod = ({ asked }: FakeEngine, method: string): unknown[] =>
  asked.filter(([name]) => name === method).map(([, params]) => params);

test('what was set comes back after a reload of the window, and nothing is run by itself', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  assert.deepEqual(await client.words({}), INTERVENE_WORDS);
  const { settings, tokens, runs, result } = await when(() => true);
  assert.deepEqual([settings, tokens, runs, result], [SET, undefined, undefined, undefined]);
  assert.deepEqual(engine.asked, []);
  const panel = new FakePanel('steerscope.intervene', '');
  await serializers.get('steerscope.intervene')?.deserializeWebviewPanel(panel, { settings: { text: 7 } });
});

test('one intervention asks what the terminal asks, and shows what came with where it is from', async (t) => {
  const { engine } = await prepare(t);
  const { client, when } = await restored();
  await client.start({});
  const { result, tokens, sourceTokens, runs, isResultStale, work } = await when(({ result }) => result !== undefined);
  const subject = { text: SET.text, special: false, hook: 'resid_post', change: { kind: 'patch', source: SET.source } };
  assert.deepEqual(ofMethod(engine, 'intervene'), [{ ...subject, layer: 2, position: -1, top: 6, continued: 8 }]);
  assert.equal(result?.kl, RESULT.kl);
  assert.deepEqual([result.from.model, result.from.precision], ['smollm2-135m-instruct', 'fast']);
  assert.deepEqual([tokens?.length, sourceTokens?.length], [5, 6]);
  // The source, the text, the change, and seven more tokens; three layers of five positions and both texts.
  assert.deepEqual(runs, { single: 10, sweep: 17 });
  assert.deepEqual([isResultStale, work], [false, undefined]);
  await client.choose({ ...SET, layer: 1 });
  await when((snapshot) => snapshot.isResultStale === true);
  await client.choose(SET);
  await when((snapshot) => snapshot.isResultStale === false);
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
  await when(({ result, work }) => result !== undefined && work === undefined);
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
  assert.deepEqual(await client.grid({ id: sweep?.id ?? '' }), PATCHED);
  await assert.rejects(client.grid({ id: '00000000-0000-4000-8000-000000000000' }), { reason: 'unknown-sweep' });
  await client.choose({ ...SET, text: 'something else' });
  await when((snapshot) => snapshot.sweep?.isStale === true);
  await client.openCell({ layer: 3, position: 1 });
  const opened = await when(({ result }) => result !== undefined);
  const [request] = ofMethod(engine, 'intervene') as InterveneParams[];
  assert.deepEqual(
    [request?.text, request?.layer, request?.position, request?.tokens],
    [SET.text, 3, 1, [...PATCHED.tokens]],
  );
  assert.deepEqual([opened.settings.text, opened.sweep?.isStale, opened.isResultStale], [SET.text, false, false]);
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
  assert.deepEqual([end.sweep, end.result], [undefined, undefined]);
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
  const { when } = watchPage(panels[0] as FakePanel);
  const { settings, tokens } = await when((snapshot) => snapshot.tokens !== undefined);
  assert.deepEqual([settings.text, settings.prefill, tokens], ['int main', null, ['int', 'main']]);
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
