/** Artefacts for tests: small, valid, and telling one another apart by a number. */
import type { ManifestDraft, ModelRecord } from '../../../../src/core/artefact/manifest.ts';
import type { StoredTensor } from '../../../../src/engine/store/store.ts';

export const sampleModel: ModelRecord = {
  name: 'tiny',
  fingerprint: 'ab'.repeat(32),
  architecture: 'llama',
  dModel: 8,
  layers: 4,
  precision: 'fast',
  weightTypes: { Q4_1: 28, F32: 9 },
};

export function sampleDraft(name: string, n = 0): ManifestDraft {
  return {
    name,
    kind: 'steering',
    method: 'dim',
    target: 'cpp',
    source: 'python',
    model: sampleModel,
    hook: 'resid_post',
    layers: [1, 3],
    positions: 'the last 8 positions up to the first line of code',
    chatTemplateHash: null,
    scope: 'first:3',
    strength: 1.5,
    params: { n, nested: { list: [1, 'two', null, true] } },
    seed: 7,
    dataHash: 'cd'.repeat(32),
    figures: { share: [0.9, 0.8, 0.95] },
    medianNorms: [1, 2.5, 3, 4],
    software: '0.1.0',
  };
}

/** Tensors that are recognisably those of `sampleDraft(name, n)`. */
export function sampleTensors(n = 0, width = 8): Map<string, StoredTensor> {
  return new Map([
    ['direction.1', { shape: [width], data: new Float32Array(width).fill(n + 0.25) }],
    ['direction.3', { shape: [2, width / 2], data: new Float32Array(width).fill(-n) }],
  ]);
}
