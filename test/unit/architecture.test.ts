/**
 * The direction of the sources: every import of `src` and `webview` is read, by TypeScript's own scanner, and held
 * against what its folder may use. Beside it, what no folder may be without: small files that say what they own.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_LINES = 400;

interface Layer {
  /** Folders that it may import, beside itself. */
  readonly folders: readonly string[];
  /** Packages that it may import; `node:` stands for all of Node. */
  readonly packages: readonly string[];
}

/** What each folder may use. A folder that is not here may not exist. */
const LAYERS: Readonly<Record<string, Layer>> = {
  // Pure: data in, data out.
  'src/core': { folders: [], packages: ['valibot', '@huggingface/jinja'] },
  // The words that both ends of a channel share; runs in a browser too.
  'src/protocol': { folders: ['src/core'], packages: ['valibot'] },
  // Safe writing on a disk, and where Steerscope's files are: Node and nothing else, for whoever writes.
  'src/files': { folders: ['src/core'], packages: ['node:'] },
  'src/engine': {
    folders: ['src/core', 'src/protocol', 'src/files'],
    packages: [
      'node:',
      'onnxruntime-node',
      'valibot',
      '@huggingface/hub',
      '@vscode/vscode-languagedetection',
      'web-tree-sitter',
      'yauzl',
    ],
  },
  'src/client': { folders: ['src/core', 'src/protocol', 'src/files'], packages: ['node:'] },
  'src/cli': {
    folders: ['src/core', 'src/protocol', 'src/files', 'src/client'],
    packages: ['node:', 'valibot', 'commander', 'cli-progress'],
  },
  'src/host': {
    folders: ['src/core', 'src/protocol', 'src/files', 'src/client'],
    packages: ['node:', 'valibot', 'vscode'],
  },
  webview: { folders: ['src/core', 'src/protocol'], packages: ['valibot', 'chart.js', '@vscode/webview-ui-toolkit'] },
};

/** Packages that one folder alone may know, whatever the table above says. */
const ONLY_IN: Readonly<Record<string, string>> = {
  vscode: 'src/host',
  'onnxruntime-node': 'src/engine',
  '@vscode/webview-ui-toolkit': 'webview',
};

interface Source {
  /** From the root, with `/`. */
  readonly file: string;
  readonly text: string;
  /** Files of ours that it imports, from the root. */
  readonly imports: readonly string[];
  /** Everything else that it imports. */
  readonly packages: readonly string[];
}

const sources = ['src', 'webview'].flatMap(filesBelow).map(readSource);
const byFile = new Map(sources.map((source) => [source.file, source]));

function filesBelow(folder: string): string[] {
  const absolute = path.join(ROOT, folder);
  if (!fs.existsSync(absolute)) return [];
  return fs
    .readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|tsx|js|mjs)$/.test(name))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
}

function readSource(file: string): Source {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const [ours, others] = [names.filter((name) => name.startsWith('.')), names.filter((name) => !name.startsWith('.'))];
  return { file, text, imports: ours.map((name) => path.posix.join(path.posix.dirname(file), name)), packages: others };
}

/** The folder of the table that a file is in, or undefined. */
function layerOf(file: string): string | undefined {
  return Object.keys(LAYERS).find((folder) => file.startsWith(`${folder}/`));
}

/** `@scope/name/part` as `@scope/name`, `name/part` as `name`, and any module of Node as `node:`. */
function packageOf(name: string): string {
  if (name.startsWith('node:')) return 'node:';
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every file that runs because `start` is imported, `start` among them. */
function reachableFrom(start: string): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    waiting.push(...(byFile.get(file)?.imports ?? []));
  }
  return reached;
}

test('the scanner sees the imports there are', () => {
  assert.ok(sources.length > 150, `only ${sources.length} files`);
  const { imports, packages } = readSource('src/engine/session/graphSession.ts');
  assert.ok(imports.includes('src/core/format/onnx/write.ts'), 'a type or value import is not seen');
  assert.ok(imports.includes('src/core/graph/graph.ts'), 'an import of types is not seen');
  assert.deepEqual(packages, ['onnxruntime-node']);
});

test('every file is in a folder whose place is known, and every import is of a file that exists', () => {
  for (const { file, imports } of sources) {
    assert.ok(layerOf(file), `${file} is in no folder of the table`);
    for (const imported of imports) assert.ok(byFile.has(imported), `${file} imports ${imported}, which is not there`);
  }
});

for (const [folder, { folders, packages }] of Object.entries(LAYERS)) {
  test(`${folder} uses ${[...folders, ...packages].join(', ')}, and nothing else`, () => {
    const own = sources.filter(({ file }) => layerOf(file) === folder);
    const wrong = own.flatMap(({ file, imports, packages: used }) => [
      ...imports
        .filter((imported) => ![folder, ...folders].includes(layerOf(imported) ?? ''))
        .map((imported) => `${file} -> ${imported}`),
      ...used.filter((name) => !packages.includes(packageOf(name))).map((name) => `${file} -> ${name}`),
    ]);
    assert.deepEqual(wrong, []);
  });
}

test('nobody imports the host, and one folder alone knows the editor, one the runtime', () => {
  for (const [folder, layer] of Object.entries(LAYERS)) {
    assert.ok(!layer.folders.includes('src/host'), `${folder} may import the host`);
    for (const [name, owner] of Object.entries(ONLY_IN))
      assert.equal(layer.packages.includes(name), folder === owner, `${folder} and ${name}`);
  }
});

test('what draws pictures is known to few files: the toolkit of controls to one, the library of charts to two', () => {
  const users = (name: string): string[] =>
    sources.filter(({ packages }) => packages.includes(name)).map(({ file }) => file);
  assert.deepEqual(users('@vscode/webview-ui-toolkit'), ['webview/shared/ui.ts']);
  assert.deepEqual(users('chart.js').sort(), ['webview/shared/chart.ts', 'webview/shared/chartExtras.ts']);
});

test("the panels and the terminal's report draw the same figures: what computes them is shared", () => {
  const [report, panels] = ['src/cli/report/page.ts', 'webview/main.ts'].map(reachableFrom);
  for (const name of ['conditions', 'format', 'heat', 'languageShares', 'scale', 'shapes', 'table']) {
    const file = `src/core/charts/${name}.ts`;
    assert.ok(report?.has(file) && panels?.has(file), `${file} is not used by both`);
  }
});

test('no file imports itself by way of others', () => {
  const circles = sources
    .filter(({ file, imports }) => imports.some((imported) => reachableFrom(imported).has(file)))
    .map(({ file }) => file);
  assert.deepEqual(circles, []);
});

test('what fits and probes never sees the judge that measures it, not even by way of others', () => {
  const judge = ['src/engine/judge/judge.ts', 'src/engine/judge/guesslang.ts'];
  for (const file of judge) assert.ok(byFile.has(file), `${file} has moved: name it here again`);
  const learners = sources.filter(({ file }) =>
    /^src\/(?:engine\/(?:fit|probe)|core\/(?:methods|probes))\//.test(file),
  );
  assert.ok(learners.length > 8, `only ${learners.length} files`);
  for (const { file } of learners) {
    const reached = reachableFrom(file);
    for (const judging of judge) assert.ok(!reached.has(judging), `${file} reaches ${judging}`);
  }
});

test(`no file has more than ${MAX_LINES} lines`, () => {
  const all = [...sources.map(({ file }) => file), ...filesBelow('test'), ...filesBelow('scripts')];
  for (const file of all) {
    const lines = fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;
    assert.ok(lines <= MAX_LINES, `${file} has ${lines} lines`);
  }
});

test('every source begins by saying what it owns', () => {
  for (const { file, text } of sources) assert.match(text, /^\/\*\*/, `${file} has no comment at its head`);
});
