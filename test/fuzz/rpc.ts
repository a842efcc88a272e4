/**
 * Fuzz of both ends of the RPC: junk is poured into the server and into the client between valid calls. Nothing may
 * throw, no handler may run on junk, and every valid call must be answered, cancelled or rejected.
 * Longer: `npm run fuzz -- rpc --n 1000000`.
 */
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { channelPair } from '../../src/protocol/channel.ts';
import { createClient, serve } from '../../src/protocol/rpc.ts';
import type { CallContext, ParamsSchemas } from '../../src/protocol/rpc.ts';
import { mulberry32 } from '../unit/tokenizer/random.ts';

interface Adder {
  add(params: { a: number; b: number }, context: CallContext<number>): Promise<number>;
}
const schemas: ParamsSchemas<Adder> = { add: v.object({ a: v.pipe(v.number(), v.finite()), b: v.number() }) };

export interface FuzzReport {
  readonly messages: number;
  readonly calls: number;
  readonly cancelled: number;
  /** Calls of the client that junk with their own id ended early: refused, not lost. */
  readonly refused: number;
  readonly unanswered: number;
}

export async function run(n: number, seed: number): Promise<FuzzReport> {
  const random = mulberry32(seed);
  const pair = channelPair();
  let handled = 0;
  serve<Adder>(
    pair.right,
    {
      async add({ a, b }, { emit, signal }) {
        assert.equal(typeof a, 'number');
        assert.equal(typeof b, 'number');
        handled++;
        emit(a);
        for (let turns = Math.floor(a) % 3; turns > 0; turns--) await Promise.resolve();
        signal.throwIfAborted();
        return a + b;
      },
    },
    schemas,
  );
  const client = createClient<Adder>(pair.left, schemas);
  const counts = { messages: n, calls: 0, cancelled: 0, refused: 0, unanswered: 0 };
  const calls: Promise<void>[] = [];

  for (let i = 0; i < n; i++) {
    const choice = random();
    if (choice < 0.4) pair.left.send(junk(random, counts.calls));
    else if (choice < 0.8) pair.right.send(junk(random, counts.calls));
    else {
      counts.calls++;
      counts.unanswered++;
      calls.push(validCall());
    }
    if (i % 97 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.race([Promise.all(calls), quiet()]);
  assert.ok(handled > 0);
  return counts;

  async function validCall(): Promise<void> {
    const [a, b] = [Math.floor(random() * 10), Math.floor(random() * 10)];
    const abort = new AbortController();
    const isCancelled = random() < 0.2;
    const call = client.add({ a, b }, { signal: abort.signal });
    if (isCancelled) abort.abort();
    try {
      const sum = await call;
      // Junk that has the shape of an answer to a running call is an answer; all others must be right.
      if (sum !== a + b) counts.refused++;
    } catch {
      if (isCancelled) counts.cancelled++;
      else counts.refused++;
    }
    counts.unanswered--;
  }

  /** Long after the last message; the answers need microtasks only, so this does not depend on the machine's speed. */
  async function quiet(): Promise<void> {
    for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A message of a random shape, often nearly right: known keys, ids that are running, values of every kind. */
function junk(random: () => number, lastId: number): object {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const value = (): unknown =>
    pick([
      () => undefined,
      () => null,
      () => true,
      () => NaN,
      () => -1,
      () => 2 ** 53,
      () => Math.max(1, lastId - Math.floor(random() * 3)),
      () => lastId + 1 + Math.floor(random() * 5),
      () => '',
      () => 'add',
      () => '__proto__',
      () => ({ a: 1, b: 2 }),
      () => ({ a: 'x' }),
      () => ({ kind: 'store', reason: 'r', message: 'm', advice: '' }),
      () => new Float32Array(4),
      () => new Map([[1, { id: 1 }]]),
      () => [[[[]]]],
      () => 1n,
      () => new Date(NaN),
    ])();
  if (random() < 0.05) return pick([[], new Map(), new Uint8Array(3), new Date(0), Object.create(null) as object]);
  const message: Record<string, unknown> = {};
  for (const key of ['id', 'method', 'params', 'ok', 'err', 'event', 'cancel', 'note', 'level', 'text', 'protocol']) {
    if (random() < (key === 'id' ? 0.8 : 0.2)) message[key] = value();
  }
  if (random() < 0.2) message['__proto__'] = value();
  return message;
}
