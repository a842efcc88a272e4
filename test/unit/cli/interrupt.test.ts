/** Ctrl-C, by a clock of the test: what is asked, what is killed, and when the process ends. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Interrupt } from '../../../src/cli/interrupt.ts';

interface Setting {
  readonly interrupt: Interrupt;
  readonly signals: EventEmitter;
  /** What has been done about the signals. */
  readonly log: readonly string[];
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
}

function setUp(context: TestContext): Setting {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 0;
  context.mock.method(performance, 'now', () => nowMs);
  const log: string[] = [];
  const interrupt = new Interrupt((status) => void log.push(`exit ${status}`));
  interrupt.signal.addEventListener('abort', () => log.push('abort'));
  interrupt.onForce(() => void log.push('kill'));
  const signals = new EventEmitter();
  interrupt.listen(signals);
  const pass = (ms: number): void => {
    for (const end = nowMs + ms; nowMs < end; nowMs++) context.mock.timers.tick(1);
  };
  return { interrupt, signals, log, pass };
}

test('one signal: asked at once, killed when it does not stop, ended within a second', (context) => {
  const { interrupt, signals, log, pass } = setUp(context);
  signals.emit('SIGINT', 'SIGINT');
  assert.deepEqual(log, ['abort']);
  assert.equal(interrupt.status, 130);
  pass(599);
  assert.deepEqual(log, ['abort']);
  pass(400);
  assert.deepEqual(log, ['abort', 'kill', 'exit 130']);
});

test('a second signal does not wait; its echo in the first moment is none', (context) => {
  const { signals, log, pass } = setUp(context);
  signals.emit('SIGTERM', 'SIGTERM');
  pass(100);
  signals.emit('SIGTERM', 'SIGTERM');
  assert.deepEqual(log, ['abort']);
  pass(150);
  signals.emit('SIGINT', 'SIGINT');
  assert.deepEqual(log, ['abort', 'kill', 'exit 143']);
});

test('work that ends in time is not killed, and what is gone is not', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const log: string[] = [];
  const interrupt = new Interrupt(() => void log.push('exit'));
  const signals = new EventEmitter();
  const stop = interrupt.listen(signals);
  interrupt.onForce(() => void log.push('kill'))();
  signals.emit('SIGINT', 'SIGINT');
  stop();
  context.mock.timers.tick(10_000);
  assert.deepEqual(log, []);
  assert.equal(signals.listenerCount('SIGINT'), 0);
});
