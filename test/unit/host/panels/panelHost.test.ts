/** The host's end of any panel, over a panel that counts: one tab, its page, hidden, closed, restored, and attacked. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as v from 'valibot';
import '../fake/register.ts';
import { panels, serializers, FakePanel } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { fakeLog } from '../support.ts';
import { until } from '../../files/support.ts';
import { panelSchemas, type PanelService, type Snapshot } from '../../../../src/protocol/panels/panel.ts';
import type { ParamsSchemas } from '../../../../src/protocol/rpc.ts';
import type { PanelPlace } from '../../../../src/host/panels/panelHost.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { loadPage } from './page.ts';

const { PanelHost } = await import('../../../../src/host/panels/panelHost.ts');
const { SnapshotFeed } = await import('../../../../src/host/panels/snapshotFeed.ts');

interface Counting extends Snapshot {
  readonly count: number;
}

interface Counter extends PanelService<string, Counting> {
  add(params: { readonly amount: number }): Promise<null>;
  fail(params: Record<string, never>): Promise<null>;
}

const schemas: ParamsSchemas<Counter> = {
  ...panelSchemas,
  add: v.strictObject({ amount: v.pipe(v.number(), v.safeInteger()) }),
  fail: v.strictObject({}),
};

class CounterModel {
  count = 0;
  readonly places: PanelPlace[] = [];
  readonly restored: unknown[] = [];
  isDisposed = false;
  readonly feed = new SnapshotFeed<Counting>(() => ({ state: this.count, count: this.count }));
  readonly service: Counter = {
    words: async () => 'count',
    watch: (_params, context) => this.feed.watch(context),
    add: async ({ amount }) => {
      this.count += amount;
      this.feed.changed();
      return null;
    },
    fail: async () => {
      throw new TypeError('a fault of ours');
    },
  };

  setPlace(place: PanelPlace): void {
    this.places.push(place);
    this.feed.setShown(place === 'shown');
  }

  restore(state: unknown): void {
    this.restored.push(state);
  }

  dispose(): void {
    this.isDisposed = true;
    this.feed.dispose();
  }
}

function prepare() {
  const model = new CounterModel();
  const context = { extensionUri: Uri.file('/extension') };
  const host = new PanelHost<Counter>({ context, log: fakeLog() } as never, {
    id: 'bias',
    title: 'Counting',
    schemas,
    model,
  });
  return { model, host };
}

function newest(): FakePanel {
  const panel = panels.at(-1);
  assert.ok(panel, 'no panel was opened');
  return panel;
}

beforeEach(() => {
  fake.reset();
  panels.length = 0;
  serializers.clear();
});

test('a tab has the panel of the extension and nothing else of the disk, and no life while it is hidden', () => {
  const { host } = prepare();
  host.show();
  const { title, viewType, iconPath, options, webview } = newest();
  assert.deepEqual([title, viewType], ['Counting', 'steerscope.bias']);
  assert.deepEqual(JSON.parse(JSON.stringify(iconPath)), {
    light: { scheme: 'file', authority: '', path: '/extension/media/panels/bias-light.svg', fragment: '' },
    dark: { scheme: 'file', authority: '', path: '/extension/media/panels/bias-dark.svg', fragment: '' },
  });
  assert.notEqual(options.retainContextWhenHidden, true);
  assert.equal(webview.options.enableScripts, true);
  assert.deepEqual(webview.options.localResourceRoots?.map(String), ['file:///extension/dist/webview']);
  assert.match(webview.html, /src="https:\/\/files\.test\/extension\/dist\/webview\/panels\.js"/);
});

test('each tab has a nonce of its own, of 128 bits', () => {
  const nonces = Array.from({ length: 20 }, () => {
    const { host } = prepare();
    host.show();
    return newest().webview.html.match(/<script nonce="([^"]+)"/)?.[1] ?? '';
  });
  assert.equal(new Set(nonces).size, 20);
  for (const nonce of nonces) assert.equal(Buffer.from(nonce, 'base64').length, 16);
});

test('there is one tab of a kind, and another when it was closed', () => {
  const { host, model } = prepare();
  host.show();
  host.show();
  assert.deepEqual([panels.length, newest().reveals], [1, 1]);
  newest().dispose();
  host.show();
  assert.equal(panels.length, 2);
  assert.deepEqual(model.places, ['shown', 'closed', 'shown']);
});

test('a page is answered, told of every change, and a new page needs no history', async () => {
  const { host, model } = prepare();
  host.show();
  const seen: number[] = [];
  const first = loadPage(newest(), schemas);
  assert.equal(await first.client.words({}), 'count');
  void first.client.watch({}, { onEvent: ({ count }) => seen.push(count) }).catch(() => undefined);
  await first.client.add({ amount: 2 });
  await until(() => seen.at(-1) === 2);
  const again: number[] = [];
  const second = loadPage(newest(), schemas);
  void second.client.watch({}, { onEvent: ({ count }) => again.push(count) }).catch(() => undefined);
  await until(() => again.at(-1) === 2);
  assert.equal(model.feed.watcherCount, 1, 'the page that has gone is still told');
});

test('a hidden panel is sent nothing; one that is shown again has the newest', async () => {
  const { host, model } = prepare();
  host.show();
  const panel = newest();
  loadPage(panel, schemas)
    .client.watch({})
    .catch(() => undefined);
  await until(() => panel.delivered.length === 1);
  panel.setVisible(false);
  for (let i = 0; i < 50; i++) await model.service.add({ amount: 1 });
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(panel.lost, 0);
  panel.setVisible(true);
  const seen: number[] = [];
  loadPage(panel, schemas)
    .client.watch({}, { onEvent: ({ count }) => seen.push(count) })
    .catch(() => undefined);
  await until(() => seen.length > 0);
  assert.deepEqual(seen, [50]);
});

test('a fault of a service is an answer to the page and a stack in the log', async () => {
  const { host } = prepare();
  host.show();
  await assert.rejects(loadPage(newest(), schemas).client.fail({}), /a fault of ours/);
  assert.ok(fake.logged.some(({ text }) => text.includes('bias.fail')));
  assert.ok(
    fake.logged.some(({ text }) => text.includes('panelHost.test')),
    'no stack',
  );
});

test('after a reload of the window the tab is taken up, with what its page had kept; a second one of it is closed', async () => {
  const { host, model } = prepare();
  const restored = new FakePanel('steerscope.bias', '');
  await serializers.get('steerscope.bias')?.deserializeWebviewPanel(restored, { n: 1 });
  assert.deepEqual(model.restored, [{ n: 1 }]);
  assert.equal(await loadPage(restored, schemas).client.words({}), 'count');
  const second = new FakePanel('steerscope.bias', '');
  await serializers.get('steerscope.bias')?.deserializeWebviewPanel(second, { n: 2 });
  assert.deepEqual([second.isDisposed, restored.isDisposed, model.restored.length], [true, false, 1]);
  host.show();
  assert.equal(restored.reveals, 1);
});

test('the end of the extension ends the connection and leaves the tab, which the next start takes up', async () => {
  const { host, model } = prepare();
  host.show();
  const panel = newest();
  const page = loadPage(panel, schemas);
  page.client.watch({}).catch(() => undefined);
  await until(() => model.feed.watcherCount === 1);
  host.dispose();
  assert.deepEqual([panel.isDisposed, model.isDisposed, model.feed.watcherCount], [false, true, 0]);
  assert.equal(panel.listenerCount, 0);
  assert.equal(serializers.size, 0);
});

test('300 times opened and closed: nothing is left that listens', async () => {
  const { host, model } = prepare();
  for (let i = 0; i < 300; i++) {
    host.show();
    const panel = newest();
    const { client } = loadPage(panel, schemas);
    client.watch({}).catch(() => undefined);
    await client.words({});
    assert.equal(model.feed.watcherCount, 1);
    panel.dispose();
    assert.deepEqual([panel.listenerCount, model.feed.watcherCount], [0, 0]);
  }
  assert.equal(panels.length, 300);
});

/** Messages that no page sends: in every place of a message that has one, a value that it cannot have. */
function malformed(page: string): unknown[] {
  const odd: readonly unknown[] = [
    undefined,
    null,
    0.5,
    NaN,
    1e400,
    '',
    'x',
    [],
    {},
    true,
    ['add'],
    new Date(),
    new Map(),
  ];
  const id = 1e6;
  const add = { id, method: 'add', params: { amount: 1 } };
  const inner = odd.flatMap((value) => [
    value,
    { ...add, id: value },
    { ...add, method: value },
    { ...add, params: value },
    { ...add, params: { amount: value } },
    { ...add, params: { amount: 1, more: value } },
    { ...add, cancel: value },
    { id, cancel: value },
    { id, event: value },
    { id, ok: value },
    { note: value },
  ]);
  const ids = [0, -1, 2 ** 53].map((odd) => ({ ...add, id: odd }));
  const methods = ['__proto__', 'constructor', 'toString', 'dispose', 'restore', 'executeCommand', 'hasOwnProperty'];
  const calls = methods.map((method) => ({ id, method, params: {} }));
  const frames = odd.flatMap((value) => [
    value,
    { page: value, message: add },
    { page, message: value },
    { page },
    { page, message: add, more: value },
  ]);
  return [...frames, ...[...inner, ...ids, ...calls].map((message) => ({ page, message }))];
}

test('thousands of malformed messages change nothing, and every valid request among them is answered', async () => {
  const { host, model } = prepare();
  host.show();
  const panel = newest();
  const page = loadPage(panel, schemas);
  await page.client.words({});
  const messages = malformed(page.id);
  const seed = Math.trunc(performance.now());
  const random = createRandom(seed);
  const rounds = Math.ceil(10_000 / messages.length);
  const answers: Promise<null>[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const message of random.shuffle([...messages])) page.send(message);
    answers.push(page.client.add({ amount: 1 }));
  }
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([null]), `seed ${seed}`);
  assert.equal(model.count, rounds, `seed ${seed}`);
  assert.deepEqual(
    [model.isDisposed, panel.isDisposed, model.restored.length, fake.executed.length],
    [false, false, 0, 0],
  );
  assert.ok(rounds * messages.length >= 10_000);
});
