/**
 * Holds our SAELens folders against the `sae_lens` package itself, both ways: each architecture written by us, loaded and
 * run by it; each written by it, read and run by us; features and reconstructions equal to 1e-5.
 *
 *     python3 -m venv saelens && saelens/bin/pip install sae-lens==6.54.12
 *     npx tsx test/golden/saelens.ts saelens/bin/python
 *
 * Not part of `npm test`, which has no Python. Exits with 1 where they differ.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesSource } from '../../src/core/byteSource.ts';
import {
  encodeSafetensors,
  parseSafetensorsHeader,
  readSafetensor,
  safetensorsEntry,
  type SafetensorsData,
} from '../../src/core/format/safetensors.ts';
import { decode, encode } from '../../src/core/sae/features.ts';
import { ARCHITECTURES, type Sae } from '../../src/core/sae/sae.ts';
import { readSaeLensFolder, writeSaeLensFolder } from '../../src/engine/sae/saeLensFolder.ts';
import { sampleRows, sampleSae } from '../unit/core/sae/sample.ts';

const SIZES = { dIn: 32, dSae: 128, k: 8 };
const ROWS = 64;
const TOLERANCE = 1e-5;
/** What `saelens.py` writes. */
const THEIRS = ['standard', 'topk', 'topk-rescaled', 'jumprelu', 'batchtopk', 'batchtopk-inference'];

const script = fileURLToPath(new URL('saelens.py', import.meta.url));

function results(sae: Sae, x: Float32Array): { features: Float32Array; decoded: Float32Array } {
  const sparse = encode(sae, x);
  const features = new Float32Array(ROWS * sae.dSae);
  for (let row = 0; row < ROWS; row++)
    for (let at = sparse.starts[row]; at < sparse.starts[row + 1]; at++)
      features[row * sae.dSae + sparse.indices[at]] = sparse.values[at];
  return { features, decoded: decode(sae, sparse) };
}

function writeTensors(path: string, tensors: Record<string, [number[], Float32Array]>): void {
  const entries = Object.entries(tensors).map(([name, [shape, data]]): [string, SafetensorsData] => [
    name,
    { dtype: 'F32', shape, data },
  ]);
  const { header, chunks } = encodeSafetensors(new Map(entries));
  writeFileSync(path, Buffer.concat([header, ...chunks]));
}

function readTensors(path: string): (name: string) => Float32Array {
  const source = bytesSource(readFileSync(path), path);
  const file = parseSafetensorsHeader(source);
  return (name) => readSafetensor(source, safetensorsEntry(file, name));
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), a.length === b.length ? 0 : Infinity);
}

function run(python: string, task: 'check' | 'write', folder: string): void {
  const { status } = spawnSync(python, [script, task, folder], { stdio: 'inherit', timeout: 600_000 });
  if (status !== 0) throw new Error(`saelens.py ${task} ended with ${status ?? 'no'} status`);
}

async function main(python: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'steerscope-saelens-'));
  try {
    const [ours, theirs] = ['ours', 'theirs'].map((name) => join(folder, name));
    for (const architecture of ARCHITECTURES) {
      for (const applyBDecToInput of [true, false]) {
        const sae = sampleSae(architecture, { ...SIZES, applyBDecToInput });
        const to = join(ours, `${architecture}-${applyBDecToInput}`);
        await writeSaeLensFolder(to, sae, { model_name: 'tiny', hook_name: 'blocks.1.hook_resid_post' });
        const x = sampleRows(ROWS, SIZES.dIn);
        const { features, decoded } = results(sae, x);
        writeTensors(join(to, 'expected.safetensors'), {
          x: [[ROWS, SIZES.dIn], x],
          features: [[ROWS, SIZES.dSae], features],
          decoded: [[ROWS, SIZES.dIn], decoded],
        });
      }
    }
    mkdirSync(theirs);
    run(python, 'check', ours);
    run(python, 'write', theirs);
    for (const name of THEIRS) {
      const from = join(theirs, name);
      const { sae } = readSaeLensFolder(from);
      const expected = readTensors(join(from, 'expected.safetensors'));
      const { features, decoded } = results(sae, expected('x'));
      const far = [farthest(features, expected('features')), farthest(decoded, expected('decoded'))];
      console.log(
        `${name}: written by sae_lens, read by us: features within ${far[0]}, reconstruction within ${far[1]}`,
      );
      if (!far.every((distance) => distance <= TOLERANCE)) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(process.argv[2] ?? 'python3');
