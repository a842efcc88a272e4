/**
 * The runtime as it is published counts how it is used: it keeps an id of the device and an outbox below the user's home
 * and sends what is in it. Here the engine works in a home of its own, and nothing may be in it afterwards.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../../../src/client/engineClient.ts';
import { engineSchemas } from '../../../src/protocol/engineSchemas.ts';
import type { EngineService } from '../../../src/protocol/engineService.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { scratch } from '../files/support.ts';
import { GREEDY } from '../../greedy.ts';

test('the runtime leaves nothing in the user’s home, and so has nothing to send', async (t) => {
  const [userHome, home] = [await scratch(t), await scratch(t)];
  const model = writeTinyModel(home);
  const { ORT_DISABLE_TELEMETRY: _set, ...env } = process.env;
  const engine = await startEngine<EngineService>({
    modulePath: fileURLToPath(new URL('../../../src/engine/main.ts', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    schemas: engineSchemas,
    env: { ...env, HOME: userHome, XDG_CACHE_HOME: userHome },
  });
  try {
    await engine.client.open({ model, precision: 'exact', threads: 1, home, get: false });
    const prompts = [{ id: 'one', prompt: 'the class' }];
    const options = { ...GREEDY, mode: 'raw', maxTokens: 2, ignoreEos: true } as const;
    const [answer] = await engine.client.generate({ prompts, options });
    assert.equal(answer?.ids.length, 2);
  } finally {
    await engine.dispose();
  }
  assert.deepEqual(await fs.readdir(userHome), []);
});
