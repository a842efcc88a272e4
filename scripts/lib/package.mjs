/**
 * Makes the packages of the extension (VSIX files): for each platform a folder with exactly what belongs in it, which
 * vsce packs by the allow-list of `.vscodeignore`. One that holds the same is not made again.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { bundledPackages, ensureBuilt } from './bundle.mjs';
import { runQuietly } from './children.mjs';
import { ROOT } from './install.mjs';
import { withLock } from './lock.mjs';
import { noticesOf } from './notices.mjs';
import { PACKAGE_NAMES, TARGETS, filesOfManifest, filesOfPackage, present } from './packageFiles.mjs';

const STAGES = path.join(ROOT, '.cache', 'package');
const PACKAGES = path.join(ROOT, 'packages');

/** What of the clone may be in a package; which files of these folders are is decided by `.vscodeignore`. */
const OURS = ['.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist', 'l10n', 'media'];

/** In a process of its own: vsce prints as it likes. Its program would also ask the registry for a newer vsce. */
const PACK = `require('@vscode/vsce').createVSIX(JSON.parse(process.argv[1])).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});`;

/**
 * Brings the package of a target up to date; `{file, sizeBytes, isNew}`. Throws where a file that it needs is missing, and
 * where it is larger than it may be.
 */
export function ensurePackage(target) {
  return withLock(path.join(STAGES, `${target}.lock`), async () => {
    await ensureBuilt();
    const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const stage = path.join(STAGES, target);
    const file = path.join(PACKAGES, `${manifest.name}-${target}-${manifest.version}.vsix`);
    fillStage(stage, manifest, target);
    const stamp = `${stage}.stamp`;
    const content = hashOfFolder(stage);
    const isNew = !fs.existsSync(file) || readText(stamp) !== content;
    if (isNew) {
      fs.rmSync(stamp, { force: true });
      await pack(stage, file, target);
      fs.writeFileSync(stamp, content);
    }
    const sizeBytes = fs.statSync(file).size;
    requireSize(file, sizeBytes, TARGETS[target].maxBytes);
    return { file, sizeBytes, isNew };
  });
}

function fillStage(stage, manifest, target) {
  for (const file of filesOfManifest(manifest)) present(ROOT, file);
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  for (const name of fs.readdirSync(ROOT))
    if (OURS.includes(name) || /^package\.nls(?:\.[\w-]+)?\.json$/.test(name))
      fs.cpSync(path.join(ROOT, name), path.join(stage, name), { recursive: true });
  const folders = [...bundledPackages(), ...PACKAGE_NAMES.map((name) => `node_modules/${name}`)];
  fs.writeFileSync(path.join(stage, 'THIRD-PARTY-NOTICES.txt'), noticesOf(folders));
  const dependencies = Object.fromEntries(PACKAGE_NAMES.map((name) => [name, stagePackage(stage, name, target)]));
  // What is for the clone only: how it is built, and the packages that are inside the bundles.
  const { scripts: _scripts, devDependencies: _dev, private: _private, bin: _bin, ...rest } = manifest;
  writeJson(path.join(stage, 'package.json'), { ...rest, dependencies });
}

/** Puts an npm package into the stage, as far as it is needed; its version. */
function stagePackage(stage, name, target) {
  const from = path.join(ROOT, 'node_modules', name);
  const to = path.join(stage, 'node_modules', name);
  for (const file of filesOfPackage(name, target)) {
    fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    fs.copyFileSync(path.join(from, file), path.join(to, file), fs.constants.COPYFILE_FICLONE);
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(from, 'package.json'), 'utf8'));
  // Its install script, and the packages of that script, are not for the user of the extension.
  const { scripts: _scripts, devDependencies: _dev, dependencies = {}, ...rest } = manifest;
  const kept = Object.entries(dependencies).filter(([other]) => PACKAGE_NAMES.includes(other));
  writeJson(path.join(to, 'package.json'), { ...rest, dependencies: Object.fromEntries(kept) });
  return manifest.version;
}

/** It appears under its name when it is whole. */
async function pack(stage, file, target) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const options = JSON.stringify({ cwd: stage, packagePath: temporary, target });
  try {
    const { status, output } = await runQuietly(process.execPath, ['-e', PACK, options], { cwd: ROOT });
    if (status >= 128) process.exit(status);
    if (status !== 0) throw new Error(`vsce could not pack ${target}:\n${output.trim()}`);
    const warnings = output.split('\n').filter((line) => line.includes('WARNING'));
    if (warnings.length > 0) console.error(warnings.join('\n'));
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function requireSize(file, sizeBytes, maxBytes) {
  if (sizeBytes <= maxBytes) return;
  throw new Error(`${path.basename(file)} has ${sizeBytes} bytes; ${maxBytes} are the most it may have`);
}

function hashOfFolder(folder) {
  const hash = createHash('sha256');
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of entries.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
    const content = fs.readFileSync(file);
    hash.update(`${path.relative(folder, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function writeJson(file, value) {
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
