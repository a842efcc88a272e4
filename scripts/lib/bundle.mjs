/**
 * Bundles the sources into dist/, where they have changed since the last time. What has native parts or data files of
 * its own stays in node_modules; everything else is in the bundles.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, '.sources');
/** The folders of the npm packages that are inside the bundles, for whoever owes them a notice. */
const BUNDLED = path.join(DIST, 'packages.json');

const EXTERNAL = [
  'onnxruntime-node',
  '@vscode/vscode-languagedetection',
  '@vscode/tree-sitter-wasm',
  'web-tree-sitter',
];

/** Some packages are CommonJS and call `require`, which an ES module does not have. */
const REQUIRE = `import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);`;

const MODULE = { platform: 'node', format: 'esm', target: 'node20', external: EXTERNAL };

/** What is bundled, and how. The editor loads its extension as CommonJS, whatever package.json says of the rest. */
const BUNDLES = [
  {
    source: 'src/cli/main.ts',
    out: 'cli.js',
    options: { ...MODULE, banner: { js: `#!/usr/bin/env node\n${REQUIRE}` } },
    mode: 0o755,
  },
  { source: 'src/engine/main.ts', out: 'engine.js', options: { ...MODULE, banner: { js: REQUIRE } } },
  {
    source: 'src/host/extension.ts',
    out: 'extension.cjs',
    options: { platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'] },
  },
  {
    source: 'webview/main.ts',
    out: 'webview/panels.js',
    options: { platform: 'browser', format: 'iife', target: 'chrome120', minify: true },
  },
  { source: 'webview/panels.css', out: 'webview/panels.css', options: { minify: true } },
];

/** Brings dist/ up to date. True where there was something to do. Throws where a source does not compile. */
export async function ensureBuilt() {
  const sources = hashOfSources();
  if (readStamp() === sources) return false;
  const { build } = await import('esbuild');
  fs.mkdirSync(path.join(DIST, 'webview'), { recursive: true });
  fs.rmSync(STAMP, { force: true });
  const packages = new Set();
  for (const bundle of BUNDLES) {
    const { outputFiles, metafile } = await build({ ...optionsOf(bundle), write: false });
    for (const { path: file, contents } of outputFiles) replaceFile(file, contents, bundle.mode ?? 0o644);
    for (const folder of packagesIn(metafile)) packages.add(folder);
  }
  replaceFile(BUNDLED, `${JSON.stringify([...packages].sort(), null, 2)}\n`, 0o644);
  replaceFile(STAMP, sources, 0o644);
  return true;
}

function optionsOf({ source, out, options }) {
  return {
    entryPoints: [path.join(ROOT, source)],
    outfile: path.join(DIST, out),
    absWorkingDir: ROOT,
    bundle: true,
    sourcemap: true,
    metafile: true,
    logLevel: 'error',
    ...options,
  };
}

/** The folders of the packages of which something is in the outputs. */
function packagesIn({ outputs }) {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []);
}

/** The same list, of the bundles that are there. */
export function bundledPackages() {
  return JSON.parse(fs.readFileSync(BUNDLED, 'utf8'));
}

/** A program that runs meanwhile, or starts, sees the old file or the new one. */
function replaceFile(file, contents, mode) {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, contents, { mode });
  fs.renameSync(temporary, file);
}

/** SHA-256 over everything that the bundles are made from: the sources, the packages, and how they are bundled. */
function hashOfSources() {
  const hash = createHash('sha256');
  const files = ['src', 'webview']
    .filter((folder) => fs.existsSync(path.join(ROOT, folder)))
    .flatMap((folder) =>
      fs.readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) => path.join(folder, name)),
    )
    .filter((name) => fs.statSync(path.join(ROOT, name)).isFile());
  for (const file of [...files.sort(), 'package-lock.json', 'scripts/lib/bundle.mjs']) {
    const contents = fs.readFileSync(path.join(ROOT, file));
    hash.update(`${file}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}

function readStamp() {
  const isWhole = [...BUNDLES.map(({ out }) => path.join(DIST, out)), BUNDLED].every((file) => fs.existsSync(file));
  return isWhole && fs.existsSync(STAMP) ? fs.readFileSync(STAMP, 'utf8') : undefined;
}
