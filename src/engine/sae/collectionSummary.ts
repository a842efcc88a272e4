/** A collection in figures: what a front end is told of it. */
import { keptBy, massiveThreshold, meanNorm, rowsOf } from '../../core/sae/activationManifest.ts';
import type { SaeCollectResult } from '../../protocol/saeCollectTypes.ts';
import type { Collected } from './collect.ts';

export function summariseCollection(folder: string, { manifest, buffers, run }: Collected): SaeCollectResult {
  const { plan, massive, excluded, shards } = manifest;
  return {
    folder,
    hook: plan.hook,
    layer: plan.layer,
    dIn: plan.dIn,
    dtype: plan.dtype,
    precision: plan.model.precision,
    corpusHash: plan.corpus.hash,
    splitBy: plan.corpus.splitBy,
    files: plan.files.length,
    leftOut: plan.corpus.leftOut,
    tokens: plan.files.reduce((sum, { tokens }) => sum + tokens, 0),
    rows: { heldOut: rowsOf(manifest, 'heldOut'), train: rowsOf(manifest, 'train') },
    packages: keptBy(manifest, 'package'),
    languages: keptBy(manifest, 'language'),
    excluded: { ...excluded, threshold: massiveThreshold(massive) },
    meanNorm: meanNorm(manifest, 'train'),
    medianNorm: massive.medianNorm,
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    bufferBytes: buffers.bytes,
    run,
  };
}
