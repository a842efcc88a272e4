/**
 * An engine without a model, as a process: what it does with one is in the name of the file. `bad` cannot be opened,
 * `deadly` ends the process, `slow` opens when the call is cancelled, which is an error; all others open at once. With
 * `STEERSCOPE_FAKE_FETCH` nothing can be fetched: `offline` is an error, `slow` waits to be cancelled.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE, findModel } from '../../../../src/core/models/catalogue.ts';
import { FormatError, ModelError } from '../../../../src/core/errors.ts';
import { runEngineChild } from '../../../../src/engine/process/childShell.ts';
import { engineSchemas } from '../../../../src/protocol/engineSchemas.ts';
import type { EngineFacts, EngineService, OpenParams } from '../../../../src/protocol/engineService.ts';
import { parseManifest } from '../../../../src/core/artefact/manifest.ts';
import { homeFolders } from '../../../../src/files/paths.ts';
import { writeDirection } from '../directions.ts';
import { answers } from './answers.ts';
import { fingerprintOf, summaryOf } from './models.ts';

const opened: string[] = [];
let store = '';

async function open({ model, home, get, precision }: OpenParams, signal: AbortSignal | undefined) {
  const name = findModel(model)?.name ?? path.basename(model, '.gguf');
  opened.push(name);
  store = homeFolders(home).store;
  if (name === 'bad') throw new FormatError('bad-magic', 'this is no GGUF', 'Take another file.');
  if (name === 'deadly') process.exit(3);
  if (name === 'slow') await sleep(600_000, undefined, { signal });
  const [entry] = CATALOGUE;
  if (get && entry?.name === name) {
    const fetch = process.env['STEERSCOPE_FAKE_FETCH'];
    if (fetch === 'offline') throw new ModelError('no-source', 'nothing answers', 'Look at the network.');
    if (fetch === 'slow') await sleep(600_000, undefined, { signal });
    await fs.mkdir(path.join(home, 'models'), { recursive: true });
    await fs.writeFile(path.join(home, 'models', entry.fileName), 'weights');
  }
  return { ...summaryOf(name), precision, fingerprint: fingerprintOf(name) };
}

const service: Partial<EngineService> = {
  ...answers,
  open: (params, { signal }) => open(params, signal),
  facts: async () => ({}) as EngineFacts,
  fit: async ({ name, contrast }, { signal }) => {
    if (name === 'endless') await sleep(600_000, undefined, { signal });
    const target = contrast.kind === 'language' ? { target: contrast.target } : {};
    const folder = await writeDirection(store, { name, ...target, model: opened.at(-1) ?? '' });
    return parseManifest(await fs.readFile(path.join(folder, 'manifest.json'), 'utf8'));
  },
  remove: async ({ home, name }) => {
    await fs.rm(path.join(homeFolders(home).store, `${name}_1`), { recursive: true });
    return null;
  },
  /** Crashes. */
  gap: async () => process.exit(7),
  /** What was opened so far, in this process. */
  recall: async () => [...opened],
};

await runEngineChild<EngineService>(() => service as EngineService, engineSchemas);
