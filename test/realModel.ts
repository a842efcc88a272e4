/**
 * The default model for tests that need the real one: the user's, where it has been fetched already, otherwise one in a
 * home of the tests, fetched into it through the project's own code; test files that run at once wait for each other.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../src/core/errors.ts';
import { homeFolders, steerscopeHome } from '../src/files/paths.ts';
import { DEFAULT_MODEL } from '../src/core/models/catalogue.ts';
import { getModel } from '../src/engine/models/getModel.ts';
import type { GetOptions } from '../src/engine/models/getModel.ts';
import { cachedModel } from '../src/engine/models/locate.ts';

/** The home of the tests: `STEERSCOPE_HOME` where it is set, else a folder of this clone that git ignores. */
export function testHome(): string {
  return process.env['STEERSCOPE_HOME'] ?? fileURLToPath(new URL('../.cache/test-home', import.meta.url));
}

/**
 * The path of the default model's GGUF.
 *
 * @throws ModelError `model-unavailable` where no source has it. `npm test` looks for it before the tests; what it met
 * is thrown at once, so that forty tests do not wait for the same network.
 */
export async function realModelPath(options: Pick<GetOptions, 'onProgress' | 'log'> = {}): Promise<string> {
  const known = process.env['STEERSCOPE_TEST_NO_MODEL'];
  if (known !== undefined) throw new ModelError('model-unavailable', known);
  const ofUser = await cachedModel(DEFAULT_MODEL, { home: steerscopeHome() }).catch(() => null);
  const { path } = ofUser ?? (await getModel(DEFAULT_MODEL, { home: testHome(), ...options }));
  return path;
}

/** Puts the default model into a home, where it is as if it had been fetched: a link, or a copy on another disk. */
export async function linkModel(home: string): Promise<void> {
  const model = await realModelPath();
  const { models } = homeFolders(home);
  fs.mkdirSync(models, { recursive: true });
  const target = path.join(models, path.basename(model));
  try {
    fs.linkSync(model, target);
  } catch {
    fs.copyFileSync(model, target);
  }
}
