/** `intervene` and `sweep`: what they ask the engine for, their document, what a person sees, and what is refused. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { json, run } from './support.ts';

const SINGLE = ['intervene', '--text', 'ab', '--layer', '3', '--hook', 'z'];
const SWEEP = ['sweep', '--text', 'abcd', '--layers', '0,2'];

test('intervene prints the engine’s result as it is', async () => {
  const result = (await json(...SINGLE, '--position', '-2', '--scale', '-0.5', '--continue', '4')) as Record<
    string,
    unknown
  >;
  assert.deepEqual(result['change'], { kind: 'scale', factor: -0.5 });
  assert.deepEqual([result['hook'], result['layer'], result['position']], ['blocks.3.z', 3, -2]);
  assert.ok('continuation' in result);
  const patched = (await json(...SINGLE, '--source', 'x')) as Record<string, unknown>;
  assert.deepEqual(patched['change'], { kind: 'patch', source: 'x' });
  assert.equal('continuation' in patched, false);
});

test('intervene, for a person', async () => {
  const { stdout } = await run(...SINGLE, '--position', '0', '--source', 'x', '--continue', '1');
  assert.equal(
    stdout,
    [
      'blocks.3.z at "a" (position 0)',
      'norm 2.00, changed 1.00',
      'next token    logit       p  changed       p',
      '"\\u001b[31m"   1.00  0.5000     2.00  0.7500',
      '"a"            1.00  0.5000     2.00  0.7500',
      'KL(changed || original) 0.1250 nats',
      'logit difference "a" - "\\u001b[31m": -1.000, changed 0.000, source 3.000',
      'recovered 0.250  (0 as the text, 1 as the source)',
      'original: "a"',
      'changed:  "a"',
      '',
    ].join('\n'),
  );
});

test('sweep, as a document and for a person', async () => {
  const document = (await json(...SWEEP, '--last', '3', '--mean')) as Record<string, unknown>;
  assert.deepEqual(document['positions'], [1, 2, 3]);
  assert.deepEqual(document['kl'], [
    [0.1, 0.2, 0.3],
    [2.1, 2.2, 2.3],
  ]);
  const { stdout } = await run(...SWEEP, '--zero');
  assert.equal(
    stdout,
    [
      'KL(changed || original), nats, by position and layer',
      '   layer     0     2',
      '0  "a"       -     -',
      '1  "b"    0.10  2.10',
      '2  99     0.20  2.20',
      '3  100    0.30  2.30',
      '',
    ].join('\n'),
  );
  assert.match((await run(...SWEEP, '--source', 'x')).stdout, /^Recovered of the logit difference "a" - "b", by/);
});

const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [SINGLE, /what is to be done to the value is not said/],
  [[...SINGLE, '--zero', '--mean'], /more than one change/],
  [[...SINGLE, '--zero', '--token', 'a'], /--token was given 1 times/],
  [[...SINGLE, '--zero', '--prefill', 'a'], /--prefill needs --chat/],
  [[...SINGLE, '--zero', '--continue', '17'], /--continue must be a whole number from 0 to 16/],
  [[...SINGLE, '--scale', 'Infinity'], /--scale must be a finite number/],
  [['intervene', '--text', 'a', '--zero'], /required option '--layer <n>' not specified/],
  [[...SINGLE, '--zero', '--hook', 'nowhere'], /nothing can be changed at "nowhere"/],
  [[...SWEEP, '--zero', '--last', '2', '--to', '3'], /exclude each other/],
];

test('what is wrong is told, with status 2', async () => {
  for (const [args, said] of WRONG) {
    const { status, stderr, stdout } = await run(...args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, said);
    assert.equal(stdout, '');
  }
});
