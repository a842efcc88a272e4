/** The panel of layers over an engine that reads, for its tests. */
import type { TestContext } from 'node:test';
import { CancelledError } from '../../../../src/core/errors.ts';
import type { LayersSnapshot } from '../../../../src/protocol/panels/layers.ts';
import type { LayersParams, LayersResult } from '../../../../src/protocol/readingTypes.ts';
import { sampleReading } from '../../../webview/harness/layersPages.ts';
import { prepare } from './biasSupport.ts';

export const RESULT: LayersResult = { ...sampleReading(6, 14), steer: [] };

/** The panels over an engine that reads; it waits before it answers where it is told to. */
export async function prepareLayers(t: TestContext, before: () => Promise<void> | void = () => {}) {
  const all = await prepare(t);
  const asked: LayersParams[] = [];
  all.engine.answers.layers = async (params, { signal, onEvent } = {}) => {
    asked.push(params);
    onEvent?.({ kind: 'progress', phase: 'reading layers', done: 1, total: 4, unit: 'positions' });
    const cancelled = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new CancelledError()));
    });
    await Promise.race([before(), cancelled]);
    return params.direction === undefined ? withoutCosine(RESULT) : RESULT;
  };
  all.engine.answers.cell = async ({ layer, position }) => ({
    layer,
    position,
    pieces: { 0: 'import', 9: 'Ġx' },
    attention: [Array.from({ length: position + 1 }, () => 1 / (position + 1))],
    neurons: [{ neuron: 7, activation: 1, contribution: 2, promoted: [[9, 3]], suppressed: [[0, -3]] }],
  });
  all.engine.answers.attention = async () => ({ ids: [0, 1], pieces: { 0: 'a', 1: 'b' }, pattern: [1, 0, 0.25, 0.75] });
  return { ...all, asked };
}

function withoutCosine({ measures: { cosine: _, ...measures }, ...result }: LayersResult): LayersResult {
  return { ...result, measures };
}

export const isRead = ({ work, reading }: LayersSnapshot): boolean => work === undefined && reading !== undefined;
