import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../../src/protocol/engineService.ts';
import { planTour } from '../../../src/cli/tour/plan.ts';
import { TourProgress } from '../../../src/cli/tour/progress.ts';
import * as screen from '../../../src/cli/tour/screen.ts';
import { condition, dated, sampleData } from '../report/sample.ts';

const data = sampleData();
const plan = planTour({ target: 'cpp', prompts: 12, seed: 0 });

function all(columns: number): string[] {
  return [
    ...screen.modelLines(data.model, 2),
    ...screen.biasLines(data.plain, plan),
    ...screen.vectorLines(data.fit, plan),
    ...screen.probeLines(data.probe),
    ...screen.steeringLines(data, columns),
    ...screen.speedLines(data.speed),
    ...screen.liveLines({ text: 'int main() {\n}', tokens: 32, tokensPerSecond: 60 }, plan.opening, columns),
  ];
}

test('the figures are there, each with its interval', () => {
  const text = all(100).join('\n');
  for (const part of [
    '11 of 12  92% [65, 99]',
    '10 of 12  83% [55, 95]',
    'layer 16, strength 1.00',
    'embedding',
    '34% [27, 41]',
    '65.8 tokens per second',
    '+1.7%',
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('prose is broken at 88 columns, and a side-by-side view keeps to the terminal', () => {
  for (const columns of [60, 80, 132]) {
    for (const line of all(columns)) assert.ok([...line].length <= Math.max(88, columns), line);
    for (const line of screen.steeringLines(data, columns).filter((text) => text.includes('│'))) {
      assert.ok([...line].length <= columns, line);
    }
  }
});

test('what was kept says from when', () => {
  assert.ok(screen.speedLines(dated(data.speed.value, true)).join(' ').includes('(kept from 2026-11-23 08:04 UTC)'));
  assert.ok(screen.speedLines(data.speed).join(' ').includes('(measured in 41 s)'));
});

test('a terminal obeys nothing that a model or a file says', () => {
  const hostile = '\u001b[2J\u001b]0;title\u0007\u009b31m\u202e\0';
  const answers = dated(
    condition(
      data.prompts.map(() => 'cpp'),
      'cpp',
      () => hostile,
    ),
  );
  const lines = [
    ...screen.modelLines({ ...data.model, name: hostile, path: hostile, weightTypes: { [hostile]: 1 } }, 2),
    ...screen.steeringLines(
      { ...data, plain: answers, steered: answers, prompts: data.prompts.map(({ id }) => ({ id, prompt: hostile })) },
      100,
    ),
    ...screen.liveLines({ text: hostile, tokens: 1, tokensPerSecond: NaN }, plan.opening, 80),
    ...screen.nextLines(data, hostile),
  ];
  assert.doesNotMatch(lines.join(''), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]|NaN/);
});

test('the commands at the end name the vector, another language and the report', () => {
  const text = screen.nextLines(data, './r.html').join('\n');
  for (const part of ['./r.html', '--target rust', '--steer dim-cpp', 'lens --text'])
    assert.ok(text.includes(part), part);
  const rust = { ...data, target: { id: 'rust', name: 'Rust' } };
  assert.ok(screen.nextLines(rust, './r.html').join('\n').includes('--target java'));
});

test('progress names the step, and the time that is left once it can be known', () => {
  const shown: Progress[] = [];
  let nowMs = 0;
  const progress = new TourProgress(
    (step) => shown.push(step),
    () => nowMs,
  );
  const at = (ms: number, done: number, phase = 'trying'): Progress => {
    nowMs = ms;
    progress.update({ kind: 'progress', phase, done, total: 100, unit: 'answers' });
    return shown.at(-1) ?? assert.fail('nothing was shown');
  };
  progress.begin('2 of 5, vector');
  assert.deepEqual([at(0, 0).phase, at(1000, 20).unit], ['2 of 5, vector: trying', 'answers']);
  assert.equal(at(2000, 20).unit, 'answers, 8 s left');
  assert.equal(at(10_000, 50).unit, 'answers, 10 s left');
  // The next round begins at nothing again, with a clock of its own.
  assert.equal(at(20_000, 0).unit, 'answers');
  assert.equal(at(24_000, 50).unit, 'answers, 4 s left');
  progress.update({ kind: 'progress', phase: 'fetching', done: 5, unit: 'bytes' });
  assert.equal(shown.at(-1)?.unit, 'bytes');
});
