/** Neuronpedia's import tree on the disk: the records of `core/format/neuronpedia.ts`, in compressed batches. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../core/artefact/json.ts';
import {
  activationRecords,
  explanationRecords,
  featureRecord,
  sourceId,
  sourceRecords,
  type NeuronpediaSource,
} from '../../core/format/neuronpedia.ts';
import type { NeuronpediaFeature } from '../../core/sae/neuronpediaFeature.ts';
import type { Sae } from '../../core/sae/sae.ts';
import { makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { letMessagesIn } from '../turn.ts';
import { makeEmptyFolder } from './saeLensFolder.ts';

/** Features of one file: 256 vectors of 576 numbers are some megabytes as text. */
const BATCH = 256;

/**
 * Writes `folder/MODEL/SOURCE/...` for all features.
 * @param evidenceOf what is known of a feature; without it features have their vectors only
 * @returns the names of the files, from `folder`
 * @throws StoreError `folder-not-empty`, or what the disk says; CancelledError between batches
 */
export async function writeNeuronpediaFolder(
  folder: string,
  source: NeuronpediaSource,
  sae: Sae,
  {
    evidenceOf = (index) => ({ index }),
    signal,
  }: {
    readonly evidenceOf?: (index: number) => NeuronpediaFeature;
    readonly signal?: AbortSignal;
  } = {},
): Promise<string[]> {
  await makeEmptyFolder(folder);
  const files: string[] = [];
  const root = join(source.modelId, sourceId(source));
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await writeFileAtomically(join(folder, root, name), content, { signal });
    files.push(join(root, name));
  };
  const writeLines = async (kind: string, batch: number, records: readonly JsonObject[]): Promise<void> => {
    if (records.length > 0) await write(join(kind, `batch-${batch}.jsonl.gz`), gzipSync(jsonLines(records)));
  };
  for (const kind of ['features', 'activations', 'explanations']) await makeFolder(join(folder, root, kind));
  for (let batch = 0; batch * BATCH < sae.dSae; batch++) {
    await letMessagesIn(signal);
    const features: NeuronpediaFeature[] = [];
    for (let index = batch * BATCH; index < Math.min(sae.dSae, (batch + 1) * BATCH); index++)
      features.push(evidenceOf(index));
    await writeLines(
      'features',
      batch,
      features.map((feature) => featureRecord(source, sae, feature)),
    );
    await writeLines(
      'activations',
      batch,
      features.flatMap((feature) => activationRecords(source, feature)),
    );
    await writeLines(
      'explanations',
      batch,
      features.flatMap((feature) => explanationRecords(source, feature)),
    );
  }
  for (const [name, record] of Object.entries(sourceRecords(source))) await write(`${name}.jsonl`, jsonLines([record]));
  return files;
}

function jsonLines(records: readonly JsonObject[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
