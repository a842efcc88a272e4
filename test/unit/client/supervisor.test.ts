import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineExit, EngineHandle } from '../../../src/client/engineClient.ts';
import { createSupervisor } from '../../../src/client/supervisor.ts';
import type { SupervisorState } from '../../../src/client/supervisor.ts';
import { EngineError, SteerscopeError } from '../../../src/core/errors.ts';

type Empty = Record<never, never>;

/** A supervisor over engines that die on command, with a clock that moves only when told or slept on. */
function setUp() {
  const states: SupervisorState[] = [];
  const sleeps: number[] = [];
  const die: ((isExpected: boolean) => void)[] = [];
  const world = { nowMs: 0, failingStarts: 0 };
  const start = async (): Promise<EngineHandle<Empty>> => {
    if (world.failingStarts-- > 0) throw new EngineError('start-failed', 'no');
    let end: (exit: EngineExit) => void = () => {};
    const exited = new Promise<EngineExit>((resolve) => (end = resolve));
    const leave = (isExpected: boolean): void => end({ code: 1, signal: null, isExpected });
    die.push(leave);
    return { client: {}, pid: die.length, exited, kill: () => leave(true), dispose: async () => leave(true) };
  };
  const supervisor = createSupervisor<Empty>({
    start,
    onState: (state) => states.push(state),
    nowMs: () => world.nowMs,
    sleep: async (ms) => {
      sleeps.push(ms);
      world.nowMs += ms;
    },
  });
  const crash = async (isExpected = false): Promise<void> => {
    die.at(-1)?.(isExpected);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { supervisor, states, sleeps, die, world, crash };
}

const isLoop = (error: unknown): boolean => SteerscopeError.is(error, 'crash-loop');

test('one engine for all who ask', async () => {
  const { supervisor, die } = setUp();
  const [a, b] = await Promise.all([supervisor.engine(), supervisor.engine()]);
  assert.equal(a, b);
  assert.equal(die.length, 1);
});

test('a crash brings a new engine by itself, with growing pauses; the third in five minutes is the last', async () => {
  const { supervisor, die, sleeps, states, crash } = setUp();
  assert.equal((await supervisor.engine()).pid, 1);
  await crash();
  assert.equal((await supervisor.engine()).pid, 2);
  await crash();
  assert.equal((await supervisor.engine()).pid, 3);
  await crash();
  assert.equal(supervisor.state, 'failed');
  await assert.rejects(supervisor.engine(), isLoop);
  assert.equal(die.length, 3);
  assert.deepEqual(sleeps, [1000]);
  assert.ok(states.includes('waiting'));

  supervisor.reset();
  assert.equal((await supervisor.engine()).pid, 4);
});

test('crashes far apart are forgotten', async () => {
  const { supervisor, world, sleeps, crash } = setUp();
  for (let pid = 1; pid <= 10; pid++) {
    assert.equal((await supervisor.engine()).pid, pid);
    world.nowMs += 3 * 60_000;
    await crash();
  }
  assert.ok(sleeps.every((ms) => ms === 1000));
});

test('an end that was asked for is no crash, and nothing is started again unasked', async () => {
  const { supervisor, die, crash } = setUp();
  for (let i = 1; i <= 5; i++) {
    await supervisor.engine();
    await crash(true);
    assert.equal(supervisor.state, 'idle');
    assert.equal(die.length, i);
  }
});

test('starts that fail count as crashes', async () => {
  const { supervisor, world } = setUp();
  world.failingStarts = 99;
  for (let i = 0; i < 3; i++) {
    await assert.rejects(supervisor.engine(), (error) => SteerscopeError.is(error, 'start-failed'));
  }
  await assert.rejects(supervisor.engine(), isLoop);
  assert.equal(world.failingStarts, 96);
});

test('stop ends the engine for good', async () => {
  const { supervisor, die } = setUp();
  const engine = await supervisor.engine();
  await supervisor.stop();
  assert.equal((await engine.exited).isExpected, true);
  await assert.rejects(supervisor.engine(), (error) => SteerscopeError.is(error, 'engine-closed'));
  assert.equal(die.length, 1);
  assert.equal(supervisor.state, 'stopped');
});
