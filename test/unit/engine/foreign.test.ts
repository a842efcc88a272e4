/** Artefacts of each of eight models on each of the others. Longer, with the default model: `npm run safety`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, TINY_MODELS, tryForeign } from '../../safety/foreign.ts';
import { scratch } from '../files/support.ts';

test('a model takes its own artefacts, and none of any other', async (t) => {
  const { own, foreign, faults } = await tryForeign(await scratch(t), {});
  const models = Object.keys(TINY_MODELS).length;
  assert.deepEqual(faults, []);
  assert.deepEqual([own.n, own.taken], [models * KINDS.length, models * KINDS.length]);
  assert.deepEqual([foreign.n, foreign.refused], [models * (models - 1) * KINDS.length, foreign.n]);
  // Not one check that refuses all of them: shapes are told apart from weights.
  assert.ok(Object.keys(foreign.reasons).length >= 2, JSON.stringify(foreign.reasons));
});
