import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch } from '../unit/files/support.ts';
import { killWriters, raceWriters } from './storeTrials.ts';

test('twenty kills while saving: nothing torn, nothing acknowledged lost, nothing left over', async (t) => {
  const { kills, acknowledged } = await killWriters(await scratch(t), 20);
  assert.ok(acknowledged >= kills);
});

test('two processes save 40 names and replace one: each name has one owner', async (t) => {
  const { writes, won } = await raceWriters(await scratch(t), 40);
  assert.equal(
    won.reduce((sum, n) => sum + n),
    writes,
  );
});
