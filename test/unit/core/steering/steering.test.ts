/** Where a vector acts, and what several of them add up to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { RowSteering, stackDirections } from '../../../../src/core/steering/rowSteering.ts';
import type { SteeringVector } from '../../../../src/core/steering/rowSteering.ts';
import { actsAt, parseScope } from '../../../../src/core/steering/scope.ts';

/** The positions from 0 to 7 on which a scope acts, with a prompt of 3 tokens. */
function positions(scope: string): number[] {
  return [...Array(8).keys()].filter((position) => actsAt(parseScope(scope), position, 3));
}

test('scopes', () => {
  assert.deepEqual(positions('prompt'), [0, 1, 2]);
  assert.deepEqual(positions('answer'), [3, 4, 5, 6, 7]);
  assert.deepEqual(positions('all'), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(positions('first:1'), [0, 1, 2, 3]);
  assert.deepEqual(positions('first:3'), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(positions('first:999999'), positions('all'));
});

for (const text of ['', 'everywhere', 'first', 'first:', 'first:-1', 'first:1.5', 'first: 1', 'first:1e3', 'Prompt']) {
  test(`${JSON.stringify(text)} is no scope`, () => {
    assert.throws(
      () => parseScope(text),
      (error) => SteerscopeError.is(error, 'bad-scope'),
    );
  });
}

test('a direction is stacked at its layer, times the strength', () => {
  const stacked = stackDirections(new Map([[1, Float32Array.of(1, -2)]]), -1.5, { layers: 3, dModel: 2 });
  assert.deepEqual([...stacked], [0, 0, -1.5, 3, 0, 0]);
});

test('a strength must be finite; its product with a direction need not be, and then breaks the answers it acts on', () => {
  const direction = new Map([[0, Float32Array.of(8, 0)]]);
  for (const strength of [NaN, Infinity, -Infinity])
    assert.throws(
      () => stackDirections(direction, strength, { layers: 1, dModel: 2 }),
      (error) => SteerscopeError.is(error, 'bad-strength'),
    );
  assert.deepEqual([...stackDirections(direction, -1e39, { layers: 1, dModel: 2 })], [-Infinity, -0]);
});

test('vectors add up where they act together, and the same object stands for the same sum', () => {
  const vectors: SteeringVector[] = [
    { stacked: Float32Array.of(1, 10), scope: 'first:1' },
    { stacked: Float32Array.of(2, 20), scope: 'answer' },
  ];
  const steering = new RowSteering(vectors, 2);
  const at = (position: number): number[] | undefined => {
    const sum = steering.at(position)?.vector;
    return sum ? [...sum] : undefined;
  };
  assert.deepEqual([0, 1, 2, 3].map(at), [
    [1, 10],
    [1, 10],
    [3, 30],
    [2, 20],
  ]);
  assert.equal(steering.at(0), steering.at(1));
  assert.equal(steering.at(3), steering.at(100));
  assert.notEqual(steering.at(1), steering.at(2));
  const prompts = new RowSteering([{ stacked: Float32Array.of(1), scope: 'prompt' }], 2);
  assert.equal(prompts.at(2), null);
});
