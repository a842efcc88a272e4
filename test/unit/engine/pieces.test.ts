/** How prompts are cut into runs, and which runs of an earlier prompt stand in for those of a later one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowSteering, type SteeringVector } from '../../../src/core/steering/rowSteering.ts';
import { RowMemory, cutIntoPieces } from '../../../src/engine/session/pieces.ts';

const MOST = 4;

function vector(id: string | undefined, scope: SteeringVector['scope'] = 'all'): SteeringVector {
  return { stacked: Float32Array.of(1), scope, ...(id === undefined ? {} : { id }) };
}

/** Steering as of a prompt of this many tokens. */
function steered(vectors: readonly SteeringVector[], promptTokens = 100): RowSteering {
  return new RowSteering(vectors, promptTokens);
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A memory after a prompt. */
function after(text: string, steering?: RowSteering, memory = new RowMemory()): RowMemory {
  const ids = letters(text);
  for (const piece of cutIntoPieces(ids.length, MOST, steering)) memory.keep(piece, ids, steering);
  return memory;
}

/** How many tokens of a prompt a memory has. */
function reused(memory: RowMemory, text: string, steering?: RowSteering): number {
  const ids = letters(text);
  const pieces = cutIntoPieces(ids.length, MOST, steering);
  const count = memory.count(pieces, ids, steering);
  return pieces.slice(0, count).reduce((sum, { length }) => sum + length, 0);
}

test('pieces cover the prompt, are of the length given, and end where other vectors begin to act', () => {
  const lengths = (tokens: number, steering?: RowSteering) =>
    cutIntoPieces(tokens, MOST, steering).map(({ length }) => length);
  assert.deepEqual(lengths(0), []);
  assert.deepEqual(lengths(1), [1]);
  assert.deepEqual(lengths(4), [4]);
  assert.deepEqual(lengths(9), [4, 4, 1]);
  assert.deepEqual(lengths(9, steered([vector('a')])), [4, 4, 1]);
  assert.deepEqual(lengths(9, steered([vector('a', 'prompt')], 6)), [4, 2, 3]);
  assert.deepEqual(lengths(9, steered([vector('a', 'prompt'), vector('b', 'first:1')], 5)), [4, 1, 1, 3]);
  for (let tokens = 0, start = 0; tokens < 30; tokens++, start = 0)
    for (const piece of cutIntoPieces(tokens, MOST, steered([vector('a', 'first:2')], 7))) {
      assert.equal(piece.start, start);
      start += piece.length;
    }
});

test('whole pieces of the same tokens are reused, up to the first that differs', () => {
  const memory = after('abcdefghij');
  assert.equal(reused(memory, 'abcdefghij'), 10);
  assert.equal(reused(memory, 'abcdefghijk'), 8, 'the last one was cut short');
  assert.equal(reused(memory, 'abcdefg'), 4, 'a piece of 3 is not a piece of 4');
  assert.equal(reused(memory, 'abcdeXghij'), 4);
  assert.equal(reused(memory, 'Xbcdefghij'), 0);
  assert.equal(reused(new RowMemory(), 'abcd'), 0);
});

test('a piece that ran under other vectors is not reused', () => {
  const text = 'abcdefgh';
  const a = steered([vector('a')]);
  assert.equal(reused(after(text, a), text, steered([vector('a')])), 8, 'the same vector in another request');
  const others = {
    none: undefined,
    'another vector': steered([vector('b')]),
    'one more': steered([vector('a'), vector('b')]),
    'one that acts in the answer only': steered([vector('a', 'answer')]),
    'one without a name': steered([vector(undefined)]),
    'one with a name and one without': steered([vector('a'), vector(undefined)]),
  };
  for (const [name, other] of Object.entries(others)) {
    assert.equal(reused(after(text, a), text, other), 0, `after: ${name}`);
    assert.equal(reused(after(text, other), text, a), 0, `before: ${name}`);
  }
  assert.equal(reused(after(text, steered([vector(undefined)])), text, steered([vector(undefined)])), 0);
  const names = ['a","b', 'a', 'b'].map((id) => vector(id));
  assert.equal(reused(after(text, steered([names[0]])), text, steered([names[1], names[2]])), 0, 'one name for two');
});

test('what acts on the prompt is what counts, not the scope', () => {
  const text = 'abcdefgh';
  const memory = after(text, steered([vector('a', 'all')], 8));
  for (const scope of ['prompt', 'first:3', 'all'] as const)
    assert.equal(reused(memory, text, steered([vector('a', scope)], 8)), 8);
  assert.equal(reused(after(text), text, steered([vector('a', 'answer')], 8)), 8);
  // The scope ends inside what is now the prompt: the piece that it cuts is another one.
  assert.equal(reused(memory, text, steered([vector('a', 'prompt')], 6)), 4);
});

test('what is written over is forgotten, with all that stands on it', () => {
  const text = 'abcdefghijkl';
  for (const [from, left] of [
    [undefined, 0],
    [0, 0],
    [3, 0],
    [4, 4],
    [7, 4],
    [11, 8],
    [12, 12],
    [50, 12],
  ] as const) {
    const memory = after(text);
    memory.forget(from);
    assert.equal(reused(memory, text), left, `from ${from}`);
  }
});

test('a piece that follows on nothing is not kept', () => {
  const memory = new RowMemory();
  const ids = letters('abcdefgh');
  memory.keep({ start: 4, length: 4 }, ids, undefined);
  assert.equal(reused(memory, 'abcdefgh'), 0);
  memory.keep({ start: 0, length: 4 }, ids, steered([vector(undefined)]));
  memory.keep({ start: 4, length: 4 }, ids, undefined);
  assert.equal(reused(memory, 'abcdefgh'), 0);
});

test('a piece takes the place of those that it writes over', () => {
  const memory = after('abcdefghijkl');
  memory.keep({ start: 4, length: 4 }, letters('abcdXXXXijkl'), undefined);
  assert.equal(reused(memory, 'abcdXXXXijkl'), 8, 'what came after stood on other tokens');
  assert.equal(reused(memory, 'abcdefghijkl'), 4);
});
