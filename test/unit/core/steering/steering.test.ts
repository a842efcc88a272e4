/** Where vectors act, how they add up, and what is refused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { RowSteering, stackDirections } from '../../../../src/core/steering/rowSteering.ts';
import { actsAt, parseScope } from '../../../../src/core/steering/scope.ts';

const shape = { layers: 3, dModel: 2 };
const direction = new Map([[1, Float32Array.of(1, -2)]]);

describe('scope', () => {
  test('says which positions of a prompt of four tokens and its answer are meant', () => {
    const acting = (scope: string) => [0, 3, 4, 5, 6].filter((position) => actsAt(parseScope(scope), position, 4));
    assert.deepEqual(acting('all'), [0, 3, 4, 5, 6]);
    assert.deepEqual(acting('prompt'), [0, 3]);
    assert.deepEqual(acting('answer'), [4, 5, 6]);
    assert.deepEqual(acting('first:2'), [0, 3, 4, 5]);
  });

  test('refuses what is none', () => {
    for (const text of ['', 'first', 'first:', 'first:-1', 'first:1.5', 'everything', 'All'])
      assert.throws(
        () => parseScope(text),
        (error) => SteerscopeError.is(error, 'bad-scope'),
        text,
      );
  });
});

describe('stacked directions', () => {
  test('are the strength times the direction in its layer, and nothing elsewhere', () => {
    assert.deepEqual([...stackDirections(direction, 0.5, shape)], [0, 0, 0.5, -1, 0, 0]);
  });

  test('refuse a strength that is no finite number; one too large for float32 ends the answer instead', () => {
    for (const strength of [NaN, Infinity, -Infinity])
      assert.throws(
        () => stackDirections(direction, strength, shape),
        (error) => SteerscopeError.is(error, 'bad-strength'),
      );
    assert.equal(stackDirections(direction, 1e38, shape)[2], Math.fround(1e38));
    assert.equal(stackDirections(direction, 1e39, shape)[2], Infinity);
  });
});

describe('the steering of a row', () => {
  const vector = (strength: number) => stackDirections(direction, strength, shape);

  test('adds the vectors that act, each in its scope', () => {
    const row = new RowSteering(
      [
        { stacked: vector(1), scope: 'prompt' },
        { stacked: vector(10), scope: 'first:1' },
      ],
      2,
    );
    assert.equal(row.at(1)?.[2], 11);
    assert.equal(row.at(2)?.[2], 10);
    assert.equal(row.at(3), null);
  });

  test('gives the same object while the same vectors act, so that nothing is copied twice', () => {
    const row = new RowSteering([{ stacked: vector(1), scope: 'all' }], 2);
    assert.equal(row.at(0), row.at(9));
  });

  test('does not change the vectors it was given', () => {
    const first = vector(1);
    new RowSteering(
      [
        { stacked: first, scope: 'all' },
        { stacked: vector(2), scope: 'all' },
      ],
      1,
    ).at(0);
    assert.equal(first[2], 1);
  });
});
