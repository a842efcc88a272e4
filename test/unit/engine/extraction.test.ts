/** Several texts at several hooks in one run: the same values as one by one, from a graph that ends at the last hook. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildDecoder } from '../../../src/core/graph/decoder.ts';
import { residPost, type HookName } from '../../../src/core/graph/hooks.ts';
import { openModel } from '../../../src/engine/model/loadedModel.ts';
import { relativeError } from '../../golden/measures.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-extraction-'));
const LAYERS = 6;
const model = await openModel(
  { model: writeTinyModel(home, { layers: LAYERS }), precision: 'exact', threads: 1, home, get: false },
  { signal: new AbortController().signal, emit: () => undefined },
);
after(async () => {
  await model.main.release();
  await model.observed.release();
  rmSync(home, { recursive: true, force: true });
});

test('the rows of a batch have the values that each text has alone', async () => {
  const hooks = [0, 2, 5].map(residPost);
  const rows = ['def f(x):', 'return x1', 'the class'].map((text) =>
    [...model.tokenizer.encode(text), 7, 8, 9].slice(0, 5),
  );
  const together = await model.observed.runRows(rows, hooks);
  assert.deepEqual([...together.keys()], hooks);
  for (const [row, ids] of rows.entries()) {
    const { values } = await model.observed.run({ ids, hooks });
    for (const hook of hooks) {
      const alone = values.get(hook) ?? new Float32Array();
      const there = together.get(hook)?.subarray(row * alone.length, (row + 1) * alone.length) ?? new Float32Array();
      assert.equal(there.length, ids.length * model.config.dModel);
      const error = relativeError(there, alone);
      assert.ok(error < 1e-4, `${hook} of row ${row}: ${error}`);
    }
  }
});

test('a graph ends at the last hook: its multiplications are those of the blocks before', () => {
  const multiplications = (hooks: readonly HookName[]): number => {
    const options = { hooks: new Set(hooks), ports: new Map(), gates: [], cache: false, logits: false };
    const { nodes } = buildDecoder(model.config, model.packed, options);
    return nodes.filter(({ op }) => op === 'FusedMatMul' || op === 'MatMulNBits').length;
  };
  const whole = multiplications(Array.from({ length: LAYERS }, (_, layer) => residPost(layer)));
  assert.equal(whole, 4 * LAYERS);
  assert.equal(multiplications([residPost(0), residPost(2)]), 4 * 3);
});
