/** The tree that Neuronpedia imports: its files, and that every record says whose it is. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decoderRow } from '../../../../src/core/sae/features.ts';
import type { NeuronpediaFeature } from '../../../../src/core/sae/neuronpediaFeature.ts';
import { writeNeuronpediaFolder } from '../../../../src/engine/sae/neuronpediaFolder.ts';
import { sampleSae } from '../../core/sae/sample.ts';
import { scratch } from '../../files/support.ts';

const SOURCE = {
  modelId: 'tiny',
  layers: 4,
  layer: 2,
  hookName: 'blocks.2.hook_resid_post',
  name: 'code',
  createdAt: '2026-01-02T03:04:05.000Z',
};

test('features are in batches with their vectors, contexts and labels in theirs, and four records say of what', async (t) => {
  const folder = path.join(await scratch(t), 'out');
  const sae = sampleSae('topk', { dSae: 300 });
  const evidenceOf = (index: number): NeuronpediaFeature =>
    index === 257
      ? {
          index,
          label: 'semicolons',
          density: 0.25,
          max: 3,
          promoted: [[';', 1.5]],
          nearest: [[4, 0.5]],
          contexts: [{ tokens: ['a', ';'], values: [0, 3] }],
        }
      : { index };
  const files = await writeNeuronpediaFolder(folder, SOURCE, sae, { evidenceOf });
  const root = path.join('tiny', '2-res-code');
  assert.deepEqual(
    [...files].sort(),
    [
      'activations/batch-1.jsonl.gz',
      'explanations/batch-1.jsonl.gz',
      'features/batch-0.jsonl.gz',
      'features/batch-1.jsonl.gz',
      'model.jsonl',
      'release.jsonl',
      'source.jsonl',
      'sourceset.jsonl',
    ].map((name) => path.join(root, name)),
  );
  const lines = async (name: string): Promise<Record<string, unknown>[]> => {
    const bytes = await fs.readFile(path.join(folder, root, name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const features = [...(await lines('features/batch-0.jsonl.gz')), ...(await lines('features/batch-1.jsonl.gz'))];
  assert.deepEqual(
    features.map(({ index }) => index),
    Array.from({ length: 300 }, (_, i) => String(i)),
  );
  for (const feature of features) {
    assert.deepEqual([feature.modelId, feature.layer, feature.hookName], ['tiny', '2-res-code', SOURCE.hookName]);
    assert.deepEqual(feature.vector, Array.from(decoderRow(sae, Number(feature.index))));
  }
  const { pos_str, pos_values, frac_nonzero, topkCosSimIndices, vectorLabel } = features[257];
  assert.deepEqual(
    [pos_str, pos_values, frac_nonzero, topkCosSimIndices, vectorLabel],
    [[';'], [1.5], 0.25, [4], 'semicolons'],
  );
  const [activation] = await lines('activations/batch-1.jsonl.gz');
  assert.deepEqual([activation.index, activation.maxValue, activation.maxValueTokenIndex], ['257', 3, 1]);
  const [explanation] = await lines('explanations/batch-1.jsonl.gz');
  assert.deepEqual([explanation.index, explanation.description], ['257', 'semicolons']);
  const [source] = await lines('source.jsonl');
  assert.deepEqual([source.id, source.modelId, source.setName], ['2-res-code', 'tiny', 'res-code']);
});
