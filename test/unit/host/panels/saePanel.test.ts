/** The host side of the panel of features, over an engine that answers at once. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { CancelledError, StoreError } from '../../../../src/core/errors.ts';
import { saePanelSchemas } from '../../../../src/protocol/panels/sae.ts';
import type { SaePanel, SaeSettings, SaeSnapshot } from '../../../../src/protocol/panels/sae.ts';
import type {
  SaeDirectionParams,
  SaeFeaturesParams,
  SaeFiresParams,
  SaeLabelParams,
} from '../../../../src/protocol/saeFeatureTypes.ts';
import type { SaeTrainParams, SaeTrainResult, SaeTrainStep } from '../../../../src/protocol/saeTrainTypes.ts';
import { sampleFires, sampleList, samplePage } from '../../../webview/harness/saeStates.ts';
import { sampleDraft } from '../../core/artefact/sample.ts';
import { until } from '../../files/support.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { FakePanel, serializers } from '../fake/panels.ts';
import { writeDirection } from '../directions.ts';
import { openMarked } from '../fake/texts.ts';
import { prepare } from './biasSupport.ts';
import { watchSnapshots } from './page.ts';

const SETTINGS: SaeSettings = { name: 'code', search: '', language: null, sort: 'auroc' };

/** A step of a run of twenty. */
function stepOf(step: number): SaeTrainStep {
  const figures = { step, loss: 1 / step, l0: 32, explainedVariance: 0.5, dead: 0, learningRate: 1e-4 };
  return { kind: 'training', steps: 20, figures, vectorsPerSecond: 6000 };
}

/** The panel over a store with one autoencoder. */
async function prepareSae(t: TestContext, { isKnown = true, kind = 'sae' } = {}) {
  const all = await prepare(t);
  const { answers, summary } = all.engine;
  const lists: SaeFeaturesParams[] = [];
  const labels: SaeLabelParams[] = [];
  const model = { ...sampleDraft('code').model, name: summary.name, fingerprint: summary.fingerprint };
  answers.artefacts = async () => [{ ...sampleDraft('code'), kind, model, hook: 'resid_post', layers: [16] }] as never;
  answers.saeFeatures = async (params) => {
    lists.push(params);
    if (!isKnown) throw new StoreError('no-evidence', 'nothing is known');
    return sampleList(3);
  };
  answers.saeFeature = async ({ index }) => samplePage(index);
  answers.saeLabel = async (params) => {
    labels.push(params);
    return null;
  };
  const fires: SaeFiresParams[] = [];
  answers.saeFires = async (params) => {
    fires.push(params);
    return sampleFires();
  };
  const panel = new FakePanel('steerscope.sae', '');
  await serializers.get('steerscope.sae')?.deserializeWebviewPanel(panel, undefined);
  return { ...all, lists, labels, fires, ...watchSnapshots<SaePanel, SaeSnapshot>(panel, saePanelSchemas) };
}

test('the first autoencoder of the model is listed when the panel is seen', async (t) => {
  const { client, when, lists } = await prepareSae(t);
  const { autoencoders, settings, list } = await when((one) => one.list !== undefined);
  assert.deepEqual(autoencoders, [{ name: 'code', label: 'code · resid_post 16' }]);
  assert.deepEqual(settings, SETTINGS);
  assert.deepEqual([lists[0]?.name, lists[0]?.sort, lists[0]?.search], ['code', 'auroc', undefined]);
  const answer = await client.list({});
  assert.equal(answer?.key, list);
  assert.equal(answer?.result.features.length, 3);
});

test('what is no autoencoder is not offered', async (t) => {
  const { when } = await prepareSae(t, { kind: 'steering' });
  const { autoencoders, settings } = await when((one) => one.autoencoders !== undefined);
  assert.deepEqual([autoencoders, settings.name], [[], null]);
});

test('where nobody has looked, that is what is said, and no problem', async (t) => {
  const { when } = await prepareSae(t, { isKnown: false });
  const { problem, list } = await when((one) => one.needsEvidence);
  assert.deepEqual([problem, list], [undefined, undefined]);
});

test('a search asks again, and a new label too; the page that is open is asked for anew', async (t) => {
  const { client, when, lists, labels } = await prepareSae(t);
  const first = await when((one) => one.list !== undefined);
  await client.choose({ ...SETTINGS, search: 'fn', language: 'rust', sort: 'max' });
  const second = await when((one) => one.list !== undefined && one.list !== first.list);
  assert.deepEqual([lists[1]?.search, lists[1]?.language, lists[1]?.sort], ['fn', 'rust', 'max']);
  await client.open({ feature: 2 });
  await when((one) => one.feature === 2);
  assert.equal((await client.feature({}))?.index, 2);
  await client.label({ feature: 2, label: 'mine' });
  const third = await when((one) => one.featureVersion > second.featureVersion);
  assert.deepEqual([labels[0]?.index, labels[0]?.label], [2, 'mine']);
  await until(() => lists.length === 3);
  assert.ok(third.featureVersion > second.featureVersion);
});

test('the text before the cursor is read, and its features are told when they are asked for', async (t) => {
  const { client, when, fires } = await prepareSae(t);
  await when((one) => one.list !== undefined);
  openMarked('fn main() {‸}');
  await client.readCursor({});
  const { cursor } = await when((one) => one.cursor !== undefined);
  assert.equal(cursor?.name, 'a.py:1');
  assert.deepEqual([fires[0]?.text, fires[0]?.name], ['fn main() {', 'code']);
  const answer = await client.fires({});
  assert.equal(answer?.key, cursor?.key);
  assert.deepEqual(answer?.result, sampleFires());
});

test('a feature becomes a direction of what was chosen, which is then chosen to steer', async (t) => {
  const { client, when, engine, home, directions } = await prepareSae(t);
  await when((one) => one.list !== undefined);
  const kept: SaeDirectionParams[] = [];
  engine.answers.saeDirection = async (params) => {
    kept.push(params);
    await writeDirection(path.join(home, 'store'), { name: params.name, method: 'sae-feature' });
    return {} as never;
  };
  await client.chooseSteering({ op: 'clamp', value: 12 });
  const { steering } = await when((one) => one.steering.op === 'clamp');
  assert.deepEqual(steering, { op: 'clamp', value: 12 });
  await client.steer({ feature: 7 });
  await until(() => fake.executed.some(({ command }) => command === 'steerscope.chooseSteering'));
  const made = { name: 'code-7-clamp', replace: false, sae: 'code', index: 7, op: 'clamp', value: 12 };
  assert.deepEqual(kept, [made]);
  assert.equal(directions.named('code-7-clamp')?.isAnywhere, true);
  await when((one) => one.work === undefined);
  await client.steer({ feature: 7 });
  await until(() => kept.length === 2);
  assert.deepEqual(kept[1], { ...made, replace: true });
});

test('a completion is read after its prompt, and a feature that is named elsewhere is opened', async (t) => {
  const { client, when, fires, run, completionState } = await prepareSae(t);
  const first = await when((one) => one.list !== undefined);
  assert.equal(first.hasCompletion, false);
  await assert.rejects(client.readCompletion({}), { reason: 'no-completion' });
  const plan = { prompt: 'Write it.', surface: 'answer', options: { mode: 'chat', prefill: '```', steer: [] } };
  const completion = { plan, answered: { text: '```cpp\nint a;', tokens: 7 } };
  completionState.offered({ uri: Uri.file('/w/a.cpp'), position: { line: 2, character: 0 }, completion } as never);
  assert.equal((await when((one) => one.hasCompletion)).hasCompletion, true);
  await client.readCompletion({});
  const { cursor } = await when((one) => one.cursor !== undefined);
  assert.deepEqual([cursor?.of, cursor?.name], ['completion', 'the completion at a.cpp:3']);
  assert.deepEqual([fires[0]?.text, fires[0]?.written, fires[0]?.last], ['Write it.', 'cpp\nint a;', 7]);
  await run('showFeatures', { name: 'code', feature: 2 });
  assert.equal((await when((one) => one.feature === 2)).settings.name, 'code');
});

/** With a folder of activations that was chosen. */
async function prepareTraining(t: TestContext) {
  const all = await prepareSae(t);
  const { client, when, engine } = all;
  await when((one) => one.list !== undefined);
  fake.answers.push([Uri.file('/acts')]);
  await client.pickActivations({});
  const { training } = await when((one) => one.training.choice.activations !== null);
  await client.chooseTraining({ ...training.choice, name: 'mine', k: 16, steps: 20 });
  const trained: SaeTrainParams[] = [];
  /** Tells of steps, and ends as it is told to. */
  const runs = (steps: readonly number[], end: (params: SaeTrainParams) => Promise<unknown>): void => {
    engine.answers.saeTrain = async (params, options) => {
      trained.push(params);
      for (const step of steps) options?.onEvent?.(stepOf(step));
      return (await end(params)) as SaeTrainResult;
    };
  };
  return { ...all, trained, runs };
}

test('a run is trained from what was chosen, its figures are told, and what came of it is opened', async (t) => {
  const { client, when, trained, runs, engine, lists } = await prepareTraining(t);
  const curve = [1, 2, 20].map((step) => stepOf(step).figures);
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  runs([1, 2], async () => {
    await ended;
    return { curve };
  });
  await client.train({ start: 'new' });
  const running = await when(({ training }) => training.latest?.figures.step === 2);
  assert.deepEqual([running.training.activity, running.training.work?.done, running.training.work?.total], ['training', 2, 20]); // prettier-ignore
  await assert.rejects(client.train({ start: 'new' }), { reason: 'already-running' });
  const made = await engine.answers.artefacts?.({ home: '' });
  engine.answers.artefacts = async () => [...(made ?? []), { ...made?.[0], name: 'mine' } as never];
  end();
  const done = await when(({ training, settings }) => training.activity === 'done' && settings.name === 'mine');
  assert.equal(done.training.work, undefined);
  assert.deepEqual((await client.curve({}))?.points, curve);
  assert.equal(lists.at(-1)?.name, 'mine');
  const [{ memoryBytes, checkpointMinutes, ...asked }] = trained;
  assert.ok(memoryBytes > 0 && checkpointMinutes > 0);
  assert.deepEqual(asked, {
    ...{ activations: '/acts', name: 'mine', architecture: 'topk', k: 16, steps: 20, seed: 0 },
    ...{ replace: false, resume: false },
  });
});

test('a run that is stopped is kept, and goes on with its curve; one of before is offered too', async (t) => {
  const { client, when, trained, runs } = await prepareTraining(t);
  runs([1, 2], () => Promise.reject(new CancelledError()));
  await client.train({ start: 'new' });
  const kept = await when(({ training }) => training.activity === 'unfinished');
  assert.equal(kept.training.problem, undefined);
  assert.equal((await client.curve({}))?.points.length, 2);
  runs([3], () => Promise.reject(new CancelledError()));
  await client.train({ start: 'resume' });
  await when(({ training }) => training.activity === 'unfinished' && training.latest?.figures.step === 3);
  assert.deepEqual((await client.curve({}))?.points.map(({ step }) => step), [1, 2, 3]); // prettier-ignore
  await client.chooseTraining({ ...kept.training.choice, name: 'other', architecture: 'relu' });
  await when(({ training }) => training.activity === 'idle');
  runs([], () => Promise.reject(new StoreError('unfinished-training', 'a training of this name was broken off')));
  await client.train({ start: 'new' });
  const known = await when(({ training }) => training.activity === 'unfinished');
  assert.deepEqual([known.training.problem, known.training.latest], [undefined, undefined]);
  assert.deepEqual(trained.map(({ resume, k }) => [resume, k]), [[false, 16], [true, 16], [false, undefined]]); // prettier-ignore
});

test('without activations nothing is trained, and what goes wrong is said', async (t) => {
  const { client, when, runs } = await prepareTraining(t);
  const { training } = await when((one) => one.training.choice.steps === 20);
  runs([], () => Promise.reject(new StoreError('name-exists', 'the name is taken', 'Choose another.')));
  await client.train({ start: 'new' });
  const failed = await when((one) => one.training.problem !== undefined);
  assert.deepEqual([failed.training.problem, failed.training.activity], ['The name is taken. Choose another.', 'idle']);
  await client.chooseTraining({ ...training.choice, activations: null });
  await assert.rejects(client.train({ start: 'new' }), { reason: 'no-activations' });
});

test('activations are collected at a layer into a folder that is then learnt from', async (t) => {
  const { client, when, engine } = await prepareTraining(t);
  fake.answers.push([Uri.file('/code')], '7', [Uri.file('/kept')]);
  const asked: unknown[] = [];
  engine.answers.saeCollect = async (params) => {
    asked.push([params.layer, params.corpus, params.out]);
    return {} as never;
  };
  await client.collect({});
  const { training } = await when((one) => one.training.choice.activations === '/kept/code-activations-7');
  assert.equal(training.activity, 'idle');
  assert.deepEqual(asked, [[7, { kind: 'folder', folder: '/code' }, '/kept/code-activations-7']]);
});
