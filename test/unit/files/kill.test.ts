/** A writer that is killed again and again: what a reader finds is always a whole file, and nothing stays behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanTemporaryFiles } from '../../../src/files/atomic.ts';
import { scratch } from './support.ts';

const MEGABYTE = 1024 * 1024;
const SIZE = 4 * MEGABYTE;

test('kill -9 while writing leaves the old file or the new one', { timeout: 120_000 }, async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a');
  const atomic = new URL('../../../src/files/atomic.ts', import.meta.url).href;
  const writer = `
    import { writeFileAtomically } from ${JSON.stringify(atomic)};
    for (let round = 0; ; round++) {
      const piece = Buffer.alloc(${MEGABYTE}, round % 251);
      await writeFileAtomically(${JSON.stringify(target)}, async (file) => {
        for (let i = 0; i < ${SIZE / MEGABYTE}; i++) await file.append(piece);
      });
      if (round === 0) process.stdout.write('ready');
    }`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', writer];
  for (let kill = 0; kill < 6; kill++) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, 7 * kill));
    child.kill('SIGKILL');
    await once(child, 'close');
    const bytes = await fs.readFile(target);
    assert.equal(bytes.length, SIZE);
    assert.ok(bytes.equals(Buffer.alloc(SIZE, bytes[0])), 'the file mixes two versions');
  }
  await cleanTemporaryFiles(folder, 24 * 3600 * 1000);
  assert.deepEqual(await fs.readdir(folder), ['a']);
});
