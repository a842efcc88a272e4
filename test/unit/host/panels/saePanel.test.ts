/** The host side of the panel of features, over an engine that answers at once. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { StoreError } from '../../../../src/core/errors.ts';
import { saePanelSchemas } from '../../../../src/protocol/panels/sae.ts';
import type { SaePanel, SaeSettings, SaeSnapshot } from '../../../../src/protocol/panels/sae.ts';
import type { SaeFeaturesParams, SaeFiresParams, SaeLabelParams } from '../../../../src/protocol/saeFeatureTypes.ts';
import { sampleFires, sampleList, samplePage } from '../../../webview/harness/saeStates.ts';
import { sampleDraft } from '../../core/artefact/sample.ts';
import { until } from '../../files/support.ts';
import { FakePanel, serializers } from '../fake/panels.ts';
import { openMarked } from '../fake/texts.ts';
import { prepare } from './biasSupport.ts';
import { watchSnapshots } from './page.ts';

const SETTINGS: SaeSettings = { name: 'code', search: '', language: null, sort: 'auroc' };

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
