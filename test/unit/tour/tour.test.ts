import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import type { Progress } from '../../../src/protocol/engineService.ts';
import { reportPage } from '../../../src/cli/report/page.ts';
import { planTour } from '../../../src/cli/tour/plan.ts';
import { STEPS, runTour } from '../../../src/cli/tour/tour.ts';
import type { TourInput, TourListener, TourResult } from '../../../src/cli/tour/tour.ts';
import { sampleData } from '../report/sample.ts';
import { FakeEngine, fakeModel } from './fakeEngine.ts';

const silent: TourListener = { begin() {}, bias() {}, vector() {}, probe() {}, steering() {}, speed() {} };

interface Changes extends Partial<Omit<TourInput, 'calls'>> {
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: Progress) => void;
  readonly listener?: TourListener;
}

function tour(engine: FakeEngine, { signal, onStep, listener, ...changes }: Changes = {}): Promise<TourResult> {
  const calls = { engine: engine.client, signal: signal ?? new AbortController().signal, onStep: onStep ?? (() => {}) };
  return runTour(
    {
      calls,
      plan: planTour({ target: 'cpp', prompts: 4, seed: 0 }),
      model: fakeModel(),
      place: { home: 'home' },
      threads: 2,
      seed: 0,
      isFresh: false,
      command: 'npm start',
      now: () => new Date(),
      ...changes,
    },
    listener ?? silent,
  );
}

test('a first tour does every step in its order and measures each', async () => {
  const engine = new FakeEngine();
  const begun: string[] = [];
  const { data, live } = await tour(engine, { listener: { ...silent, begin: (step) => begun.push(step) } });
  assert.deepEqual(begun, [...STEPS]);
  assert.equal(live, undefined);
  assert.deepEqual(data.plain.value.counts, { python: 4 });
  assert.deepEqual(data.steered.value.counts, { cpp: 4 });
  assert.deepEqual(data.asked.value.counts, { cpp: 4 });
  assert.equal(data.steered.value.valid[0], 1);
  assert.equal(data.dose, 0.19);
  assert.equal(data.fit.value.name, 'dim-cpp');
  assert.equal(data.lens?.value.plain.layers[1]?.top.length, 1);
  assert.deepEqual(data.lens?.value.plain.pieces, { 3: 'python', 4: 'cpp' });
  for (const step of [data.plain, data.steered, data.asked, data.fit, data.probe, data.speed]) assert.ok(!step.isKept);
  assert.doesNotMatch(reportPage(data), /NaN|undefined/);
});

test('a second tour repeats nothing, gives the same figures, and answers once to show that it lives', async () => {
  const engine = new FakeEngine();
  const first = await tour(engine);
  engine.forget();
  const second = await tour(engine);
  const { recall, ...others } = engine.counts;
  assert.ok((recall ?? 0) >= 6);
  assert.deepEqual(others, { show: 1, generate: 1, facts: 1 });
  assert.match(second.live?.text ?? '', /cpp/);
  for (const step of ['plain', 'steered', 'asked', 'fit', 'probe', 'speed', 'lens'] as const) {
    assert.equal(second.data[step]?.isKept, true, step);
    assert.deepEqual(second.data[step]?.value, first.data[step]?.value, step);
    assert.equal(second.data[step]?.at, first.data[step]?.at, step);
  }
});

test('another model, language, prompt or number of threads is measured anew, and only what depends on it', async () => {
  const engine = new FakeEngine();
  await tour(engine);
  engine.forget();
  await tour(engine, { threads: 3 });
  assert.deepEqual(
    [engine.counts.judge, engine.counts.fit, engine.counts.probe, engine.timed.length],
    [undefined, undefined, undefined, 12],
  );
  engine.forget();
  await tour(engine, { plan: planTour({ target: 'cpp', prompts: 5, seed: 0 }) });
  assert.deepEqual([engine.counts.judge, engine.counts.fit, engine.counts.probe], [3, undefined, undefined]);
  engine.forget();
  await tour(engine, { plan: planTour({ target: 'rust', prompts: 4, seed: 0 }) });
  assert.deepEqual([engine.counts.fit, engine.counts.probe], [1, 1]);
  engine.forget();
  await tour(engine, { model: fakeModel('4e'.repeat(32)) });
  assert.deepEqual([engine.counts.judge, engine.counts.probe], [3, 1]);
});

test('fresh measures everything again', async () => {
  const engine = new FakeEngine();
  const first = await tour(engine);
  engine.forget();
  const again = await tour(engine, { isFresh: true });
  assert.deepEqual([engine.counts.judge, engine.counts.fit, engine.counts.probe], [3, 1, 1]);
  // The tour's own vector is replaced, not joined by a second one.
  assert.deepEqual([...engine.artefacts.keys()], ['dim-cpp']);
  assert.notEqual(again.data.fit.value.id, first.data.fit.value.id);
  engine.forget();
  assert.equal((await tour(engine)).data.fit.value.id, again.data.fit.value.id);
  assert.equal(engine.counts.fit, undefined);
});

test('interrupted at any call, a tour says so, and the next one goes on from there', async () => {
  const whole = new FakeEngine();
  await tour(whole);
  for (let stop = 0; stop < whole.calls.length; stop += 3) {
    const engine = new FakeEngine();
    const abort = new AbortController();
    engine.before = () => {
      if (engine.calls.length === stop) abort.abort();
    };
    await assert.rejects(tour(engine, { signal: abort.signal }), CancelledError);
    const done = engine.counts;
    engine.before = () => {};
    engine.forget();
    const { data } = await tour(engine);
    assert.deepEqual(data.steered.value.counts, { cpp: 4 });
    // What was kept before is not done again. The step under way may be.
    const kept = (done.remember ?? 0) - 1;
    if (kept >= 3) assert.equal(engine.counts.probe, undefined, `stopped at call ${stop}`);
    if (kept >= 2) assert.equal(engine.counts.fit, undefined, `stopped at call ${stop}`);
  }
});

test('what was kept and has been damaged since is measured again', async () => {
  const engine = new FakeEngine();
  await tour(engine);
  for (const broken of [
    null,
    3,
    'x',
    [],
    {},
    { at: 'yesterday', ms: 1, value: [] },
    { at: new Date().toISOString(), ms: 1, value: { pairs: [] } },
  ]) {
    for (const key of engine.kept.keys()) engine.kept.set(key, broken);
    engine.forget();
    const { data } = await tour(engine);
    assert.deepEqual([engine.counts.judge, engine.counts.probe], [3, 1]);
    assert.ok(!data.probe.isKept);
  }
});

test('an artefact that somebody else made is never replaced', async () => {
  const engine = new FakeEngine();
  const theirs = { ...sampleData().fit.value, id: 'ee'.repeat(16), method: 'other' };
  engine.artefacts.set('dim-cpp', theirs);
  for (const isFresh of [false, true, true]) {
    const { data } = await tour(engine, { isFresh });
    assert.equal(data.fit.value.name, 'tour-dim-cpp');
    assert.equal(engine.artefacts.get('dim-cpp'), theirs);
  }
  assert.equal(engine.artefacts.size, 2);
});

test('an artefact that is the very same work is used, with its own date', async () => {
  const engine = new FakeEngine();
  engine.artefacts.set('dim-cpp', { ...sampleData().fit.value, seed: 0, createdAt: '2026-01-02T03:04:05.000Z' });
  const { data } = await tour(engine);
  assert.equal(engine.artefacts.size, 1);
  assert.deepEqual([data.fit.value.name, data.fit.at, data.fit.isKept], ['dim-cpp', '2026-01-02T03:04:05.000Z', true]);
});

test('a vector that was removed is fitted again', async () => {
  const engine = new FakeEngine();
  await tour(engine);
  engine.artefacts.clear();
  engine.forget();
  await tour(engine);
  assert.equal(engine.counts.fit, 1);
});

test('which of a pair is timed first alternates, after one run of each that does not count', async () => {
  const engine = new FakeEngine();
  const { data } = await tour(engine);
  const [p, s] = ['plain', 'steered'] as const;
  assert.deepEqual(engine.timed, [p, s, p, s, s, p, p, s, s, p, p, s]);
  assert.deepEqual(
    data.speed.value.pairs.map(({ first }) => first),
    [p, s, p, s, p],
  );
  assert.ok(Math.abs(data.speed.value.overhead - 0.25) < 1e-9);
  assert.ok(Math.abs(data.speed.value.medianPlain - 50) < 1e-9);
});

test('a model that cannot be asked as a chat has no lens, and a whole report', async () => {
  const engine = new FakeEngine();
  engine.hasTemplate = false;
  const { data } = await tour(engine);
  assert.equal(data.lens, undefined);
  assert.doesNotMatch(reportPage(data), /id="lens"/);
});

test('progress never goes back within a piece of work, and never past its end', async () => {
  const engine = new FakeEngine();
  const last = new Map<string, number>();
  await tour(engine, {
    onStep: ({ phase, done, total = Infinity }) => {
      assert.ok(done >= (last.get(phase) ?? 0) && done <= total, phase);
      last.set(phase, done);
    },
  });
  assert.equal(last.get('answering, steered'), 4 * 96);
  assert.equal(last.get('timing'), 12);
});
