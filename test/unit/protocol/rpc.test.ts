import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { CancelledError, EngineError, SteerscopeError, StoreError } from '../../../src/core/errors.ts';
import { channelPair } from '../../../src/protocol/channel.ts';
import type { ChannelPair } from '../../../src/protocol/channel.ts';
import { createClient, serve } from '../../../src/protocol/rpc.ts';
import type { CallContext, Client, ClientOptions, ParamsSchemas, Server } from '../../../src/protocol/rpc.ts';
import type { Note } from '../../../src/protocol/rpcMessages.ts';
import { run as fuzz } from '../../fuzz/rpc.ts';

interface Toy {
  scale(params: { values: Float32Array; by?: number }): Promise<Float32Array>;
  count(params: { to: number }, context: CallContext<number>): Promise<string>;
  wait(params: null, context: CallContext): Promise<void>;
  fail(params: { how: 'store' | 'bug' | 'unclonable' }): Promise<unknown>;
}

const schemas: ParamsSchemas<Toy> = {
  scale: v.object({ values: v.instance(Float32Array), by: v.exactOptional(v.number()) }),
  count: v.object({ to: v.number() }),
  wait: v.null(),
  fail: v.object({ how: v.picklist(['store', 'bug', 'unclonable']) }),
};

class ToyService implements Toy {
  readonly factor = 2;
  stop: (() => void) | undefined;
  leaked: CallContext<number> | undefined;

  async scale({ values, by = this.factor }: { values: Float32Array; by?: number }): Promise<Float32Array> {
    return values.map((x) => x * by);
  }
  async count({ to }: { to: number }, context: CallContext<number>): Promise<string> {
    this.leaked = context;
    for (let i = 1; i <= to; i++) {
      await Promise.resolve();
      context.emit(i);
    }
    return 'counted';
  }
  wait(_params: null, { signal }: CallContext): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stop = resolve;
      signal.addEventListener('abort', () => reject(new CancelledError()));
    });
  }
  async fail({ how }: { how: string }): Promise<unknown> {
    if (how === 'store') throw new StoreError('disk-full', 'no space', 'Free some.');
    if (how === 'bug') throw new TypeError('undefined is not a model');
    return () => {};
  }
}

interface Setup {
  readonly pair: ChannelPair;
  readonly client: Client<Toy>;
  readonly server: Server;
  readonly service: ToyService;
  readonly notes: Note[];
  readonly bugs: unknown[];
}

function connect(options: ClientOptions = {}): Setup {
  const pair = channelPair();
  const notes: Note[] = [];
  const bugs: unknown[] = [];
  const service = new ToyService();
  const client = createClient<Toy>(pair.left, schemas, { ...options, onNote: (note) => notes.push(note) });
  const server = serve<Toy>(pair.right, service, schemas, { onInternalError: (error) => bugs.push(error) });
  return { pair, client, server, service, notes, bugs };
}

/** The rejection of a promise that must not resolve. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('resolved');
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a call carries typed arrays both ways, and `this` is the service', async () => {
  const { client } = connect();
  const big = Float32Array.from({ length: 10 }, (_, i) => i);
  assert.deepEqual(await client.scale({ values: big.subarray(2, 4) }), new Float32Array([4, 6]));
  assert.deepEqual(await client.scale({ values: big.subarray(2, 4), by: 10 }), new Float32Array([20, 30]));
});

test('events arrive in order, before the answer, and each to its own call', async () => {
  const { client } = connect();
  const seen: string[] = [];
  const calls = [3, 5, 1].map(async (to, call) => {
    const answer = await client.count({ to }, { onEvent: (n) => seen.push(`${call}:${n}`) });
    seen.push(`${call}:${answer}`);
  });
  await Promise.all(calls);
  for (const [call, to] of [3, 5, 1].entries()) {
    const mine = seen.filter((line) => line.startsWith(`${call}:`)).map((line) => line.slice(2));
    assert.deepEqual(mine, [...Array.from({ length: to }, (_, i) => String(i + 1)), 'counted']);
  }
});

test('an event after the answer is dropped', async () => {
  const { client, service, pair } = connect();
  const seen: number[] = [];
  await client.count({ to: 1 }, { onEvent: (n) => seen.push(n) });
  service.leaked?.emit(99);
  pair.right.send({ id: 1, event: 100 });
  await settled();
  assert.deepEqual(seen, [1]);
});

test('an error keeps its class, reason and advice; a bug is reported and comes out as internal', async () => {
  const { client, bugs } = connect();
  const error = await rejection(client.fail({ how: 'store' }));
  assert.ok(error instanceof StoreError);
  assert.deepEqual([error.reason, error.message, error.advice], ['disk-full', 'no space', 'Free some.']);
  assert.ok(SteerscopeError.is(await rejection(client.fail({ how: 'bug' })), 'internal'));
  assert.ok(SteerscopeError.is(await rejection(client.fail({ how: 'unclonable' })), 'internal'));
  assert.equal(bugs.length, 2);
});

test('parameters of the wrong shape are refused by name and never reach the handler', async () => {
  const { client, service } = connect();
  const error = await rejection(client.count({ to: 'ten' } as unknown as { to: number }));
  assert.ok(SteerscopeError.is(error, 'bad-params'));
  assert.match(error.message, /^count\.to: /);
  assert.equal(service.leaked, undefined);
});

test('parameters that cannot be cloned reject the call that has them', async () => {
  const { client, server } = connect();
  const error = await rejection(client.count({ to: (() => 1) as unknown as number }));
  assert.equal((error as Error).name, 'DataCloneError');
  await settled();
  assert.equal(server.running, 0);
});

for (const method of ['constructor', '__proto__', 'toString', 'stop', 'nothing', '']) {
  test(`"${method}" is not a method`, async () => {
    const { pair } = connect();
    const answers: unknown[] = [];
    pair.left.onMessage((message) => answers.push(message));
    pair.left.send({ id: 7, method, params: null });
    await settled();
    const [answer] = answers as { id: number; err: { reason: string; advice: string } }[];
    assert.equal(answer?.id, 7);
    assert.equal(answer?.err.reason, 'unknown-method');
    assert.match(answer?.err.advice ?? '', /scale, count, wait, fail/);
  });
}

test('a cancelled call reaches the handler as an aborted signal and rejects as cancelled', async () => {
  const { client, server } = connect();
  const abort = new AbortController();
  const call = client.wait(null, { signal: abort.signal });
  await settled();
  assert.equal(server.running, 1);
  abort.abort();
  assert.ok((await rejection(call)) instanceof CancelledError);
  assert.equal(server.running, 0);
});

test('a call whose signal is aborted already is never sent', async () => {
  const { client, service } = connect();
  assert.ok((await rejection(client.wait(null, { signal: AbortSignal.abort() }))) instanceof CancelledError);
  await settled();
  assert.equal(service.stop, undefined);
});

test('a result that crosses the cancellation is not shown', async () => {
  const { client, service } = connect();
  const abort = new AbortController();
  const call = client.wait(null, { signal: abort.signal });
  await settled();
  service.stop?.();
  abort.abort();
  assert.ok((await rejection(call)) instanceof CancelledError);
});

test('a handler that will not stop is given up, and the owner is told once', async () => {
  const told: EngineError[] = [];
  const pair = channelPair();
  serve<Pick<Toy, 'wait'>>(pair.right, { wait: () => new Promise(() => {}) }, { wait: v.null() });
  const client = createClient<Pick<Toy, 'wait'>>(
    pair.left,
    { wait: v.null() },
    { cancelGraceMs: 5, onUnresponsive: (error) => told.push(error) },
  );
  const abort = new AbortController();
  const call = client.wait(null, { signal: abort.signal });
  abort.abort();
  const error = await rejection(call);
  assert.ok(SteerscopeError.is(error, 'unresponsive'));
  assert.deepEqual(told, [error]);
});

test('the end of the channel rejects what is pending, refuses what comes after, and aborts the handlers', async () => {
  const { client, pair, server } = connect();
  const pending = [client.wait(null), client.wait(null)].map(rejection);
  await settled();
  pair.close(new EngineError('engine-died', 'killed by SIGKILL'));
  for (const error of await Promise.all(pending)) assert.ok(SteerscopeError.is(error, 'engine-died'));
  assert.ok(SteerscopeError.is(await rejection(client.count({ to: 1 })), 'engine-died'));
  await settled();
  assert.equal(server.running, 0);
});

test('an answer that cannot be read rejects its call', async () => {
  const pair = channelPair();
  const client = createClient<Toy>(pair.left, schemas);
  pair.right.onMessage(() => pair.right.send({ id: 1, ok: 1, err: 'and not' }));
  assert.ok(SteerscopeError.is(await rejection(client.count({ to: 1 })), 'bad-message'));
});

test('a second call under a running id is refused without an answer, and the first goes on', async () => {
  const { pair, service, notes } = connect();
  const client = createClient<Toy>(pair.left, schemas, { onNote: (note) => notes.push(note) });
  const first = client.wait(null);
  pair.left.send({ id: 1, method: 'count', params: { to: 1 } });
  await settled();
  assert.equal(notes.length, 1);
  service.stop?.();
  assert.equal(await first, null);
});

test('ready and log lines arrive as notes', async () => {
  const { server, notes } = connect();
  server.ready();
  server.log('info', 'loaded');
  await settled();
  assert.deepEqual(notes, [
    { note: 'ready', protocol: 1 },
    { note: 'log', level: 'info', text: 'loaded' },
  ]);
});

test('fuzz: malformed, repeated and reordered messages leave every valid call answered', async () => {
  const report = await fuzz(3000, 1);
  assert.ok(report.calls > 100, `only ${report.calls} valid calls`);
  assert.equal(report.unanswered, 0);
});
