/**
 * `npm run package`: a package of the extension (VSIX) for every platform, into packages/. Arguments are the platforms
 * that are wanted: `npm run package -- linux-x64`.
 */
import path from 'node:path';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';
import { TARGETS } from './lib/packageFiles.mjs';
import { ensurePackage } from './lib/package.mjs';

requireNode();
await ensureInstalled();

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TARGETS);
const unknown = wanted.filter((target) => !(target in TARGETS));
if (unknown.length > 0) {
  console.error(`steerscope: no such platform: ${unknown.join(' ')}. There are: ${Object.keys(TARGETS).join(' ')}`);
  process.exit(2);
}

try {
  for (const target of wanted) {
    const { file, sizeBytes, isNew } = await ensurePackage(target);
    const size = `${(sizeBytes / 1024 / 1024).toFixed(1)} MiB`;
    console.log(`${path.relative(ROOT, file)}  ${size}${isNew ? '' : '  (as it was)'}`);
  }
} catch (error) {
  console.error(`steerscope: ${error.message}`);
  process.exitCode = 1;
}
