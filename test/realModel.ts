/**
 * The default model for tests that need the real one. It lives in a home of the tests, apart from the user's, and is
 * fetched into it through the project's own code the first time; test files that run at once wait for each other.
 */
import { fileURLToPath } from 'node:url';
import { DEFAULT_MODEL } from '../src/engine/models/catalogue.ts';
import { getModel } from '../src/engine/models/getModel.ts';

/** The home of the tests: `STEERSCOPE_HOME` where it is set, else a folder of this clone that git ignores. */
export function testHome(): string {
  return process.env.STEERSCOPE_HOME ?? fileURLToPath(new URL('../.cache/test-home', import.meta.url));
}

/** The path of the default model's GGUF. @throws ModelError `model-unavailable` where no source has it. */
export async function realModelPath(): Promise<string> {
  const { path } = await getModel(DEFAULT_MODEL, { home: testHome() });
  return path;
}
