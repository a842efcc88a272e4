/**
 * What a package of the extension holds, for each platform: which files of which npm packages, and how large it may get.
 * The allow-list of everything else is `.vscodeignore`. Pure but for reading manifests.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

const MIB = 1024 * 1024;

/**
 * The platforms that onnxruntime-node has natives for. `natives` are the files that are loaded on the CPU: its package
 * also has DirectML and a shader compiler for Windows (loaded when a GPU is asked for) and, for macOS, a second copy of
 * the library under the name with its full version, which nothing refers to: both binaries name the one that is here.
 * `maxBytes` is for a package that grew by something unwanted; the sizes are in CONTRIBUTING.md.
 */
export const TARGETS = {
  'linux-x64': { folder: 'linux/x64', natives: ['libonnxruntime.so.1'], maxBytes: 36 * MIB },
  'linux-arm64': { folder: 'linux/arm64', natives: ['libonnxruntime.so.1'], maxBytes: 20 * MIB },
  'win32-x64': { folder: 'win32/x64', natives: ['onnxruntime.dll'], maxBytes: 20 * MIB },
  'win32-arm64': { folder: 'win32/arm64', natives: ['onnxruntime.dll'], maxBytes: 20 * MIB },
  'darwin-arm64': { folder: 'darwin/arm64', natives: ['libonnxruntime.1.dylib'], maxBytes: 24 * MIB },
};

/** The target of this machine, or undefined where there is none. */
export function ownTarget() {
  const name = `${process.platform}-${process.arch}`;
  return name in TARGETS ? name : undefined;
}

const GRAMMARS = ['python', 'cpp', 'java', 'rust', 'javascript', 'typescript', 'go'];

/** The files that the engine loads out of each npm package, beside its manifest and licence. */
const PACKAGES = {
  'onnxruntime-common': ['dist/cjs/'],
  'onnxruntime-node': ['dist/'],
  '@vscode/tree-sitter-wasm': GRAMMARS.map((name) => `wasm/tree-sitter-${name}.wasm`),
  '@vscode/vscode-languagedetection': ['dist/lib/', 'model/'],
  'tree-sitter-c': ['tree-sitter-c.wasm'],
  'tree-sitter-julia': ['tree-sitter-julia.wasm'],
  'web-tree-sitter': ['web-tree-sitter.js', 'web-tree-sitter.wasm'],
};

export const PACKAGE_NAMES = Object.keys(PACKAGES);

const LICENCE = /^(?:licen[cs]e|notice|thirdpartynotices)(?:\.\w+)?$/i;

/** The files of one npm package that a target needs, from the package's folder, without its manifest. Throws where one is missing. */
export function filesOfPackage(name, target) {
  const folder = path.join(ROOT, 'node_modules', name);
  const { folder: platform, natives } = TARGETS[target];
  const binaries = [...natives, 'onnxruntime_binding.node'].map((file) => `bin/napi-v6/${platform}/${file}`);
  const licences = fs.readdirSync(folder).filter((file) => LICENCE.test(file));
  const wanted = [...licences, ...PACKAGES[name], ...(name === 'onnxruntime-node' ? binaries : [])];
  const files = wanted.flatMap((file) => (file.endsWith('/') ? filesBelow(folder, file) : [file]));
  return files.map((file) => present(folder, file));
}

/** All files below `start` but those that are only for the eyes of a developer. */
function filesBelow(folder, start) {
  return fs
    .readdirSync(path.join(folder, start), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:map|d\.[cm]?ts)$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Every file that the manifest of the extension names: programs, pictures, pages. From the clone's folder. */
export function filesOfManifest(manifest) {
  const found = [];
  const visit = (value) => {
    if (typeof value === 'string') found.push(value);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(visit);
  };
  const { main, icon, l10n, contributes } = manifest;
  visit([main, icon, contributes]);
  const files = found.filter((text) => /^(?:\.\/)?(?:dist|media)\/\S+$/.test(text)).map((text) => path.normalize(text));
  const strings = JSON.stringify(manifest).includes('"%') ? ['package.nls.json'] : [];
  return [...new Set([...files, ...strings, ...(l10n === undefined ? [] : [path.normalize(l10n)])])];
}

/** Throws where a file or folder is not there or is empty: it would be missed only on somebody else's machine. */
export function present(folder, file) {
  const found = fs.statSync(path.join(folder, file), { throwIfNoEntry: false });
  if (found === undefined || (found.isFile() && found.size === 0))
    throw new Error(`the package needs ${path.join(path.relative(ROOT, folder), file)}, which is not there`);
  return file;
}
