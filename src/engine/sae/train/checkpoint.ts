/**
 * A training run on the disk, whole: parameters, Adam's moments, and the run's state, in one safetensors file that appears
 * at once or not at all. A run that goes on from it computes the same bits as if it had never stopped.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { bytesSource } from '../../../core/byteSource.ts';
import { StoreError } from '../../../core/errors.ts';
import {
  encodeSafetensors,
  parseSafetensorsHeader,
  readSafetensorArray,
  safetensorsEntry,
  type SafetensorsData,
} from '../../../core/format/safetensors.ts';
import type { TrainingConfig } from '../../../core/sae/training/config.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../../files/atomic.ts';
import { systemCode } from '../../../files/fileErrors.ts';
import { storeFiles } from '../../store/storeFiles.ts';
import { PARAMETER_NAMES, type Training } from './parameters.ts';
import { RunState } from './runState.ts';

const VERSION = 1;
const MAX_BYTES = 2 ** 32;
const METADATA_KEY = 'steerscope.sae-training';

/** What a run must have in common with a checkpoint that it goes on from. */
export interface RunIdentity {
  readonly config: TrainingConfig;
  /** Names the activations that are trained on. */
  readonly source: string;
}

const number = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const figures = v.strictObject({
  step: count,
  loss: number,
  l0: number,
  explainedVariance: number,
  heldOut: v.exactOptional(number),
  dead: number,
  learningRate: number,
});
const recordSchema = v.strictObject({
  version: v.literal(VERSION),
  config: v.record(v.string(), v.union([v.string(), number])),
  source: v.string(),
  step: count,
  scale: number,
  threshold: number,
  curve: v.array(figures),
  sha256: v.string(),
});

/** Writes the checkpoint of a run. When this resolves, it is on the disk. @throws StoreError what the disk says */
export async function writeCheckpoint(
  file: string,
  training: Training,
  state: RunState,
  source: string,
): Promise<void> {
  const tensors = new Map<string, SafetensorsData>(
    [...arraysOf(training, state)].map(([name, data]) => [
      name,
      { dtype: data instanceof Float32Array ? 'F32' : 'U32', shape: [data.length], data },
    ]),
  );
  const { step, scale, threshold, curve } = state;
  const sha256 = hashOf(arraysOf(training, state));
  const record = { version: VERSION, config: training.config, source, step, scale, threshold, curve, sha256 };
  const { header, chunks } = encodeSafetensors(tensors, { [METADATA_KEY]: JSON.stringify(record) });
  await makeFolder(path.dirname(file));
  await cleanTemporaryFiles(path.dirname(file), LEFT_OVER_MS);
  await writeFileAtomically(file, async (writer) => {
    for (const bytes of [header, ...chunks]) await writer.append(bytes);
  });
}

/**
 * Fills the memory of a run from its checkpoint; returns its state, or undefined where there is no such file.
 * @throws StoreError `damaged-checkpoint`, `other-training` for that of another run; what the disk says
 */
export async function readCheckpoint(
  file: string,
  training: Training,
  identity: RunIdentity,
): Promise<RunState | undefined> {
  const bytes = await storeFiles.read(file, MAX_BYTES).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const { record, arrays } = parsed(file, bytes);
  assertSame(file, record, identity);
  const state = new RunState(training.config);
  const { step, scale, threshold, curve } = record;
  Object.assign(state, { step, scale, threshold, curve });
  for (const [name, into] of arraysOf(training, state)) {
    const from = arrays.get(name);
    if (from?.length !== into.length) throw damaged(file, `${name} is missing or of another length`);
    into.set(from);
  }
  return state;
}

type Numbers = Float32Array | Uint32Array;

function arraysOf({ weights }: Training, state: RunState): Map<string, Numbers> {
  const arrays = new Map<string, Numbers>([['lastActive', state.lastActive]]);
  for (const name of PARAMETER_NAMES)
    for (const part of ['p', 'm', 'v'] as const) arrays.set(`${name}.${part}`, weights[name][part].data);
  return arrays;
}

function parsed(
  file: string,
  bytes: Uint8Array,
): { record: v.InferOutput<typeof recordSchema>; arrays: Map<string, Numbers> } {
  try {
    const source = bytesSource(bytes, file);
    const { tensors, metadata } = parseSafetensorsHeader(source);
    const record = v.parse(recordSchema, JSON.parse(metadata.get(METADATA_KEY) ?? 'null'));
    const arrays = new Map<string, Numbers>();
    for (const name of tensors.keys()) {
      const data = readSafetensorArray(source, safetensorsEntry({ tensors, metadata }, name));
      if (data instanceof Float32Array || data instanceof Uint32Array) arrays.set(name, data);
    }
    if (hashOf(arrays) !== record.sha256) throw damaged(file, 'its numbers are not those that were written');
    return { record, arrays };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
}

/** Over names and numbers of all arrays, by name. */
function hashOf(arrays: ReadonlyMap<string, Numbers>): string {
  const hash = createHash('sha256');
  for (const [name, { buffer, byteOffset, byteLength }] of [...arrays].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

function assertSame(file: string, record: v.InferOutput<typeof recordSchema>, { config, source }: RunIdentity): void {
  const now: Record<string, string | number | undefined> = { ...config, activations: source };
  const then: Record<string, string | number | undefined> = { ...record.config, activations: record.source };
  const other = [...new Set([...Object.keys(now), ...Object.keys(then)])].filter((name) => now[name] !== then[name]);
  if (other.length === 0) return;
  const differences = other.map((name) => `${name} ${then[name] ?? 'none'}, not ${now[name] ?? 'none'}`).join('; ');
  throw new StoreError(
    'other-training',
    `the checkpoint ${file} is of another training: ${differences}`,
    'Give the same options to go on with it, or give --replace in place of --resume to begin anew.',
  );
}

function damaged(file: string, problem: string): StoreError {
  const advice = 'Give --replace in place of --resume to begin anew.';
  return new StoreError('damaged-checkpoint', `the checkpoint ${file} cannot be read: ${problem}`, advice);
}
