/**
 * The package for this platform as a user gets it: what is in it, what is not, and its engine at work in an empty folder
 * that has nothing of this clone around it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bundledPackages } from '../../scripts/lib/bundle.mjs';
import { ROOT } from '../../scripts/lib/install.mjs';
import { ensurePackage } from '../../scripts/lib/package.mjs';
import { PACKAGE_NAMES, TARGETS, filesOfPackage, ownTarget } from '../../scripts/lib/packageFiles.mjs';
import { startEngine } from '../../src/client/engineClient.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService, GenerateOptions } from '../../src/protocol/engineService.ts';
import { PANEL_IDS } from '../../src/protocol/panels/panel.ts';
import { linkModel } from '../realModel.ts';
import { listPackage, unzip } from './unzip.ts';
import { GREEDY } from '../greedy.ts';

const run = promisify(execFile);

/** What is in the clone's folders and not for a user: maps, what the build remembers, the pictures of the README and what the icon is made of. */
const LEFT_OUT =
  /\.map$|^dist\/(?:\.sources|packages\.json)$|^media\/(?!icon\.png$|activity\.svg$|directions\/|probes\/|saes\/|panels\/|walkthrough\/)/;

const target = ownTarget();
const skip = target === undefined ? 'onnxruntime-node has no natives for this platform' : false;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-package-'));
const extension = path.join(folder, 'extension');
let vsix = '';
let sizeBytes = 0;

function filesBelow(start: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, start), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

before(async () => {
  if (target === undefined) return;
  ({ file: vsix, sizeBytes } = await ensurePackage(target));
  await unzip(vsix, folder);
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('the package has what is needed and nothing else', { skip }, async () => {
  const files = [...(await listPackage(vsix)).keys()];
  const ours = files.filter((file) => file.startsWith('extension/') && !file.startsWith('extension/node_modules/'));
  const allowed = [
    /^extension\/(?:package\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD-PARTY-NOTICES\.txt)$/i,
    /^extension\/(?:package\.nls|l10n\/bundle\.l10n)(?:\.[\w-]+)?\.json$/,
    /^extension\/dist\/(?:extension\.cjs|engine\.js|cli\.js|webview\/[\w.-]+\.(?:js|css|ttf))$/,
    /^extension\/media\/(?:icon\.png|activity\.svg|(?:panels|walkthrough)\/[\w-]+\.svg)$/,
    /^extension\/media\/(?:directions|probes|saes)\/[\w-]+\/(?:manifest\.json|tensors\.safetensors)$/,
    /^extension\/media\/saes\/[\w-]+\/evidence\.safetensors\.br$/,
  ];
  assert.deepEqual(
    ours.filter((file) => !allowed.some((pattern) => pattern.test(file))),
    [],
  );
  // The editor's own names for what vsce renames.
  const inClone = ['README.md', 'CHANGELOG.md', 'LICENSE'];
  const needed = ['dist', 'l10n', 'media'].flatMap(filesBelow).filter((file) => !LEFT_OUT.test(file));
  const nls = fs.readdirSync(ROOT).filter((name) => /^package\.nls\b.*\.json$/.test(name));
  assert.ok(nls.length > 1, 'no translation');
  const wanted = [...needed, ...nls, 'package.json', 'THIRD-PARTY-NOTICES.txt'];
  assert.deepEqual(
    wanted.filter((file) => !files.includes(`extension/${file}`)),
    [],
  );
  assert.equal(ours.length, wanted.length + inClone.length);
  for (const panel of PANEL_IDS)
    for (const theme of ['light', 'dark'])
      assert.ok(files.includes(`extension/media/panels/${panel}-${theme}.svg`), `the tab of ${panel} has no icon`);
  const unwanted = /\.(?:gguf|map|ts|vsix)$|cuda|tensorrt|directml|dxcompiler|dxil|\/(?:test|src)\//i;
  assert.deepEqual(
    files.filter((file) => unwanted.test(file)),
    [],
  );
});

test('it says whose software it contains, and under which licences', { skip }, () => {
  const notices = fs.readFileSync(path.join(extension, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const folders = [...bundledPackages(), ...PACKAGE_NAMES.map((name) => `node_modules/${name}`)];
  assert.ok(folders.length > 20, folders.join(' '));
  for (const of of folders) {
    const file = path.join(ROOT, of, 'package.json');
    const { name, version } = JSON.parse(fs.readFileSync(file, 'utf8')) as { name: string; version: string };
    assert.ok(notices.includes(`\n${name} ${version} (`), of);
  }
  assert.match(notices, /abseil-cpp/, 'what the native library contains is not there');
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

test('the terminal program in it, which makes the report, runs', { skip }, async () => {
  const program = path.join(extension, 'dist', 'cli.js');
  const { stdout } = await run(process.execPath, [program, 'tour', '--help'], { env: { HOME: folder } });
  assert.match(stdout, /--report/);
});

test('its engine opens the model and writes, steered by a direction of the package, and judges', { skip }, async () => {
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
  const left = fs.readdirSync(folder).filter((name) => !['extension', 'home'].includes(name));
  assert.deepEqual(left.sort(), ['[Content_Types].xml', 'extension.vsixmanifest'], 'it wrote into the user’s home');
});

const options: GenerateOptions = {
  mode: 'chat',
  prefill: '```',
  maxTokens: 8,
  ...GREEDY,
  repeatPenalty: 1.1,
  ignoreEos: true,
};
