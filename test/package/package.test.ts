/**
 * The package for this platform as a user gets it: what is in it, what is not, and its engine at work in an empty folder
 * that has nothing of this clone around it.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ensurePackage } from '../../scripts/lib/package.mjs';
import { PACKAGE_NAMES, TARGETS, filesOfPackage, ownTarget } from '../../scripts/lib/packageFiles.mjs';
import { startEngine } from '../../src/client/engineClient.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService, GenerateOptions } from '../../src/protocol/engineService.ts';
import { linkModel } from '../realModel.ts';
import { listPackage, unzip } from './unzip.ts';

const target = ownTarget();
const skip = target === undefined ? 'onnxruntime-node has no natives for this platform' : false;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-package-'));
const extension = path.join(folder, 'extension');
let vsix = '';
let sizeBytes = 0;

before(async () => {
  if (target !== undefined) ({ file: vsix, sizeBytes } = await ensurePackage(target));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('the package has what is needed and nothing else', { skip }, async () => {
  const files = [...(await listPackage(vsix)).keys()];
  const ours = files.filter((file) => file.startsWith('extension/') && !file.startsWith('extension/node_modules/'));
  const allowed =
    /^extension\/(?:package\.json|package\.nls(?:\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt|dist\/(?:extension\.cjs|engine\.js|webview\/[\w.-]+\.(?:js|css|ttf))|l10n\/[\w.-]+\.json|media\/(?:icon\.png|[\w-]+\.svg|(?:directions|walkthrough)\/.+))$/i;
  assert.deepEqual(
    ours.filter((file) => !allowed.test(file)),
    [],
  );
  for (const file of ['dist/extension.cjs', 'dist/engine.js', 'package.json'])
    assert.ok(files.includes(`extension/${file}`), file);
  assert.ok(files.some((file) => /^extension\/media\/directions\/[^/]+\/manifest\.json$/.test(file)));
  const unwanted = /\.(?:gguf|map|ts|vsix)$|cuda|tensorrt|directml|dxcompiler|dxil|\/(?:test|src)\//i;
  assert.deepEqual(
    files.filter((file) => unwanted.test(file)),
    [],
  );
});

test('of the native parts it has those of its platform, and those of the CPU', { skip }, async () => {
  const wanted = TARGETS[target ?? ''];
  assert.ok(wanted);
  const natives = [...(await listPackage(vsix)).keys()]
    .filter((file) => /\/bin\/napi|\.(?:node|dll|dylib)$|\.so(?:\.|$)/.test(file))
    .sort();
  const place = `extension/node_modules/onnxruntime-node/bin/napi-v6/${wanted.folder}`;
  assert.deepEqual(natives, [...wanted.natives, 'onnxruntime_binding.node'].map((file) => `${place}/${file}`).sort());
});

test('it is no larger than it may be', { skip }, () => {
  assert.ok(TARGETS['linux-x64']?.maxBytes === 36 * 1024 * 1024);
  assert.ok(sizeBytes <= (TARGETS[target ?? '']?.maxBytes ?? 0), `${sizeBytes} bytes`);
});

test('the packages of all platforms find their files', () => {
  for (const [name, { natives }] of Object.entries(TARGETS)) {
    const files = PACKAGE_NAMES.flatMap((of) => filesOfPackage(of, name));
    for (const native of natives)
      assert.ok(
        files.some((file) => file.endsWith(`/${native}`)),
        `${name}: ${native}`,
      );
  }
});

test('its engine opens the model and writes, steered by a direction of the package, and judges', { skip }, async () => {
  await unzip(vsix, folder);
  const home = path.join(folder, 'home');
  await linkModel(home);
  const manifest = JSON.parse(fs.readFileSync(path.join(extension, 'package.json'), 'utf8')) as { main: string };
  assert.ok(fs.existsSync(path.join(extension, manifest.main)));
  const handle = await startEngine<EngineService>({
    modulePath: path.join(extension, 'dist', 'engine.js'),
    schemas: engineSchemas,
    // No path by which anything of this clone could be found.
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  try {
    const { client } = handle;
    await client.open({ model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, get: false });
    const prompts = [{ id: 'one', prompt: 'Write a function that adds two numbers.' }];
    const [plain] = await client.generate({ prompts, options });
    const [steered] = await client.generate({
      prompts,
      options: { ...options, steer: [{ name: 'cpp', strength: 1 }] },
    });
    assert.equal(plain?.ids.length, 8);
    assert.equal(steered?.ids.length, 8);
    assert.notEqual(steered?.text, plain?.text);
    const code = '#include <vector>\nstd::vector<int> twice(int x) {\n  return {x, x};\n}\n';
    const [judged] = await client.judge({ answers: [{ id: 'one', text: `\`\`\`cpp\n${code}\`\`\`` }] });
    assert.equal(judged?.language, 'cpp');
    assert.equal(judged?.parses, true);
  } finally {
    await handle.dispose();
  }
});

const options: GenerateOptions = {
  mode: 'chat',
  prefill: '```',
  maxTokens: 8,
  temperature: 0,
  topP: 1,
  topK: 0,
  repeatPenalty: 1.1,
  stop: [],
  ignoreEos: true,
  batch: 1,
  seed: 0,
  steer: [],
};
