/** Static neuron attribution on tiny models: a neuron that was made to speak for a language is found, others are not. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import { readRows } from '../../../src/core/format/gguf/index.ts';
import type { LanguageId } from '../../../src/core/language/languages.ts';
import { topNeurons } from '../../../src/engine/fit/neurons.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const D = 64;
const MLP = 96;
const LAYERS = 3;

const home = mkdtempSync(join(tmpdir(), 'steerscope-neurons-'));
after(() => rmSync(home, { recursive: true, force: true }));

const context = { signal: new AbortController().signal, emit: () => undefined };

function open(path: string): Promise<LoadedModel> {
  return openModel({ model: path, precision: 'exact', threads: 1, home, get: false }, context);
}

interface Planted {
  readonly layer: number;
  readonly neuron: number;
  readonly token: string;
  /** How open the neuron's gate is: 30 for fully, -30 for not at all. */
  readonly gate: number;
}

/** A model whose neurons have the head's row of a token as their input weights. */
async function plant(name: string, tied: boolean, planted: readonly Planted[]): Promise<LoadedModel> {
  const path = writeTinyModel(home, { layers: LAYERS, dModel: D, dMlp: MLP, tied }, name);
  const { file, source, tokenizer } = await open(path);
  const tensor = (of: string) => file.tensors.get(of) ?? assert.fail(of);
  const head = tensor(tied ? 'token_embd.weight' : 'output.weight');
  const descriptor = openSync(path, 'r+');
  for (const { layer, neuron, token, gate } of planted) {
    const [id, ...more] = tokenizer.encode(token);
    assert.deepEqual(more, [], `${token} is one token`);
    for (const [part, row] of [
      ['ffn_up', readRows(source, head, id, 1)],
      ['ffn_gate', new Float32Array(D).fill(gate)],
    ] as const)
      writeSync(
        descriptor,
        new Uint8Array(row.buffer),
        0,
        D * 4,
        tensor(`blk.${layer}.${part}.weight`).offset + neuron * D * 4,
      );
  }
  closeSync(descriptor);
  return open(path);
}

for (const tied of [true, false])
  test(`the planted neuron comes first, with what it writes (${tied ? 'tied head' : 'head of its own'})`, async () => {
    const model = await plant(`planted-${tied}`, tied, [
      { layer: 1, neuron: 37, token: 'C', gate: 30 },
      // Of another letter, and never open: neither speaks for C.
      { layer: 0, neuron: 5, token: 'Z', gate: 30 },
      { layer: 2, neuron: 9, token: 'C', gate: -30 },
    ]);
    const found = await topNeurons(model, 'c', 6, context);
    assert.equal(found.length, 6);
    assert.deepEqual([found[0].layer, found[0].neuron], [1, 37]);
    assert.ok(found.every(({ score }, i) => i === 0 || score <= found[i - 1].score));
    assert.ok(found[0].score > found[1].score + 1, found.map(({ score }) => score).join());
    assert.ok(!found.some(({ layer, neuron }) => layer === 0 && neuron === 5));
    const down = model.file.tensors.get('blk.1.ffn_down.weight');
    assert.ok(down);
    const rows = readRows(model.source, down, 0, D); // [dModel, dMlp]
    assert.deepEqual(
      found[0].writes,
      Float32Array.from({ length: D }, (_, i) => rows[i * MLP + 37]),
    );
  });

test('a language whose name is no token is found by the first token of a name', async () => {
  const planted = { layer: 2, neuron: 11, gate: 30 };
  const model = await plant('rust', true, [{ ...planted, token: 'R' }]);
  const first = async (language: LanguageId) => (await topNeurons(model, language, 1, context))[0];
  const rust = await first('rust');
  assert.deepEqual([rust.layer, rust.neuron], [2, 11]);
  const go = await first('go');
  assert.notDeepEqual([go.layer, go.neuron], [2, 11]);
});

test('called off it stops between two layers', async () => {
  const model = await plant('off', true, []);
  const abort = new AbortController();
  let layers = 0;
  const emit = () => {
    layers++;
    abort.abort();
  };
  await assert.rejects(topNeurons(model, 'c', 1, { signal: abort.signal, emit }), CancelledError);
  assert.equal(layers, 1);
});
