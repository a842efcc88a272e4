/** What a cell asks of the engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestOf } from '../../../src/cli/study/request.ts';
import type { ArtefactManifest } from '../../../src/core/artefact/manifest.ts';
import { sampleDraft } from '../core/artefact/sample.ts';
import { cellOf } from './sample.ts';

const artefact: ArtefactManifest = {
  ...sampleDraft('gact-cpp'),
  schemaVersion: 1,
  id: '0'.repeat(32),
  createdAt: '2026-01-01T00:00:00.000Z',
  tensors: { file: 'tensors.safetensors', sha256: '0'.repeat(64), entries: {} },
};

test('asked and steered at once has the prompts of asking and the steering of the method', () => {
  const asked = requestOf(cellOf('prompt', 'cpp'), 64);
  const steered = requestOf(cellOf('gact', 'cpp'), 64, artefact);
  const both = requestOf(cellOf('prompt+gact', 'cpp', { strength: 0.5 }), 64, artefact);
  assert.notDeepEqual(asked.prompts, steered.prompts);
  assert.deepEqual(both.prompts, asked.prompts);
  assert.deepEqual(both.scored, asked.scored);
  assert.deepEqual(both.options.steer, [{ name: 'gact-cpp', strength: 0.5 }]);
  assert.deepEqual([asked.options.steer, steered.options.steer], [[], [{ name: 'gact-cpp', strength: 1 }]]);
});
