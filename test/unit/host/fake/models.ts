/** What the fake engine says of a model. */
import { createHash } from 'node:crypto';
import type { ModelSummary } from '../../../../src/protocol/engineService.ts';

/** Another one for each name. */
export function fingerprintOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

export function summaryOf(name: string): ModelSummary {
  return {
    name,
    path: `/models/${name}.gguf`,
    sha256: 'ab'.repeat(32),
    architecture: 'llama',
    layers: 4,
    dModel: 8,
    heads: 2,
    kvHeads: 1,
    headWidth: 4,
    vocab: 100,
    context: 512,
    weightTypes: { F32: 9 },
    precision: 'fast',
    fingerprint: fingerprintOf(name),
    infill: false,
  };
}
