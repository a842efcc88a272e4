/** `--feature`: what it may be, and what is said of what it may not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureChoice } from '../../../src/cli/featureChoice.ts';
import { SteerscopeError } from '../../../src/core/errors.ts';

test('a feature is named with its autoencoder, and a change may follow', () => {
  const of = (change: string) => featureChoice(`code:123${change}`);
  assert.deepEqual(of(''), { name: 'code', index: 123, op: 'add', value: 0.2 });
  assert.deepEqual(of('=-0.5'), { name: 'code', index: 123, op: 'add', value: -0.5 });
  assert.deepEqual(of('=ablate'), { name: 'code', index: 123, op: 'ablate', value: 0 });
  for (const op of ['add', 'when', 'hold', 'clamp', 'scale'] as const)
    assert.deepEqual(of(`=${op}:1.5`), { name: 'code', index: 123, op, value: 1.5 });
});

test('anything else is refused as a wrong call', () => {
  for (const text of [
    'code',
    'code:',
    ':3',
    'code:x',
    'code:1.5',
    'code:-1',
    'code:1=',
    'code:1=clamp',
    'code:1=clamp:',
    'code:1=push:3',
    'code:1=ablate:2',
    'code:1=1e999',
  ])
    assert.throws(
      () => featureChoice(text),
      (error: unknown) => SteerscopeError.is(error, 'bad-option') && error.kind === 'usage',
      text,
    );
});
