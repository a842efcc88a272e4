/** Figures of the extension host: written where they are asked for, and nothing at all where they are not. */
import assert from 'node:assert/strict';
import { beforeEach, test, type TestContext } from 'node:test';
import type { Measured } from '../../../src/host/measure.ts';
import { fake } from './fake/state.ts';
import { fakeLog } from './support.ts';

const { registerMeasure } = await import('../../../src/host/measure.ts');

const LINE_MS = 500;

beforeEach(() => fake.reset());

function measuring(t: TestContext, wanted: string | undefined) {
  const before = process.env['STEERSCOPE_MEASURE'];
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env['STEERSCOPE_MEASURE'];
    else process.env['STEERSCOPE_MEASURE'] = value;
  };
  set(wanted);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const measure = registerMeasure({ log: fakeLog() });
  t.after(() => {
    measure.dispose();
    set(before);
  });
  return measure;
}

function measured(): Measured[] {
  return fake.logged.map(({ text }) => JSON.parse(text.replace(/^measured /, '')) as Measured);
}

test('where it is asked for there is a line for each stretch, until it is disposed of', (t) => {
  const measure = measuring(t, '1');
  t.mock.timers.tick(3 * LINE_MS);
  const lines = measured();
  assert.equal(lines.length, 3);
  for (const { atMs, gapMs, residentBytes, heapBytes } of lines) {
    assert.ok(Math.abs(atMs - Date.now()) < 60_000 && gapMs >= 0);
    assert.ok(residentBytes > heapBytes && heapBytes > 1e6);
  }
  measure.dispose();
  t.mock.timers.tick(3 * LINE_MS);
  assert.equal(measured().length, 3);
});

test('what holds up the event loop is the gap of its stretch', (t) => {
  measuring(t, '1');
  const endMs = performance.now() + 40;
  while (performance.now() < endMs);
  t.mock.timers.tick(LINE_MS);
  const [held] = measured();
  assert.ok(held && held.gapMs >= 30, `${held?.gapMs} ms`);
});

test('where it is not asked for, nothing is measured', (t) => {
  measuring(t, undefined);
  t.mock.timers.tick(3 * LINE_MS);
  assert.deepEqual(fake.logged, []);
});
