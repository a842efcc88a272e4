/**
 * The corpus for an autoencoder of the default model, which is to ship with Steerscope: `npm run sae:corpus`. Gets the packages that `saeCorpus.json`
 * names, in the versions and with the hashes that are written there, and lays their source files out in
 * `.cache/sae-corpus/files`, a folder for each package. Of a package only so much is taken that no package outweighs a language.
 * With `-- --pin` hashes that are missing are written; with `-- LANGUAGE ...` only these languages are laid out.
 *
 * Needs npm, pip, cargo, go and mvn, each for its packages, and the network the first time. Afterwards:
 * steerscope sae collect --layer 16 --corpus .cache/sae-corpus/files --out .cache/sae-corpus/activations
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, findLanguage, type LanguageId } from '../src/core/language/languages.ts';
import { MAX_FILE_BYTES, reasonAgainstText, textOf } from '../src/core/sae/corpus/leaveOut.ts';
import { fetchPackage, type PackagePin } from './lib/packageSources.ts';

interface CorpusPackage extends PackagePin {
  /** Its files in this language are taken, and no others. */
  readonly language: LanguageId;
  /** As the package states it. */
  readonly licence: string;
  /** Of the archive; absent only until it is pinned. */
  readonly sha256?: string;
}

interface CorpusPins {
  /** Of one package, at the most; files are taken in an order by the hash of their paths. */
  readonly maxBytes: number;
  readonly packages: readonly CorpusPackage[];
}

const PINS = fileURLToPath(new URL('saeCorpus.json', import.meta.url));
const CACHE = fileURLToPath(new URL('../.cache/sae-corpus', import.meta.url));

const arguments_ = process.argv.slice(2);
const isPinning = arguments_.includes('--pin');
const languages = arguments_.filter((argument) => argument !== '--pin').map((name) => findLanguage(name).id);
const pins = JSON.parse(readFileSync(PINS, 'utf8')) as CorpusPins;

const pinned: CorpusPackage[] = [];
for (const pin of pins.packages) {
  if (languages.length > 0 && !languages.includes(pin.language)) {
    pinned.push(pin);
    continue;
  }
  const { folder, sha256 } = fetchPackage(pin, join(CACHE, 'packages', folderName(pin)));
  if (pin.sha256 === undefined && !isPinning) throw new Error(`${pin.name} has no hash: write it with --pin`);
  if (pin.sha256 !== undefined && pin.sha256 !== sha256)
    throw new Error(`${pin.name} ${pin.version} hashes to ${sha256}, not to ${pin.sha256}: it is not what was pinned`);
  pinned.push({ ...pin, sha256 });
  report(pin, layOut(pin, folder, join(CACHE, 'files', folderName(pin))));
}
if (isPinning) writeFileSync(PINS, `${JSON.stringify({ ...pins, packages: pinned }, null, 2)}\n`);

/** One folder a package, which the split by packages goes by. */
function folderName({ registry, name, language }: CorpusPackage): string {
  return `${language}-${registry}-${name.replace(/[^\w.-]+/g, '_').replace(/^_+/, '')}`;
}

/** Copies source files, flat: names of folders such as `vendor` would be left out of a corpus. Returns their bytes. */
function layOut(pin: CorpusPackage, from: string, to: string): number {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  let bytes = 0;
  for (const path of sourcesOf(pin, from)) {
    const file = join(from, path);
    const { size } = statSync(file);
    if (bytes + size > pins.maxBytes || size > MAX_FILE_BYTES) continue;
    const text = textOf(readFileSync(file));
    if (text === undefined || reasonAgainstText(basename(path), text) !== undefined) continue;
    cpSync(file, join(to, path.split(sep).join('__')));
    bytes += size;
  }
  return bytes;
}

/** Paths of the files in the language of the pin, by the hash of the path: some from everywhere. */
function sourcesOf({ language }: CorpusPackage, folder: string): string[] {
  const extensions = new Set([...LANGUAGES[language].extensions, ...(language === 'cpp' ? ['.h'] : [])]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.has(extname(entry.name)) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function order(path: string): string {
  return createHash('sha256').update(path.split(sep).join('/')).digest('hex');
}

function report({ language, name, version }: CorpusPackage, bytes: number): void {
  process.stdout.write(
    `${language.padEnd(12)}${`${name} ${version}`.padEnd(60)}${(bytes / 1000).toFixed(0).padStart(6)} kB\n`,
  );
}
