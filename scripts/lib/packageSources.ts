/**
 * Gets pinned packages from the registries that their own tools know: each by its tool, so that its settings (mirrors, proxies)
 * hold. Nothing of a package is ever run: npm gets no scripts, pip gets wheels only (of a source package it would run the
 * set-up), and the others have none to run.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface PackagePin {
  readonly registry: keyof typeof REGISTRIES;
  /** As the registry spells it; `group:artifact` for Maven. */
  readonly name: string;
  readonly version: string;
}

export interface FetchedPackage {
  /** Where its files are. */
  readonly folder: string;
  /** Of the archive. */
  readonly sha256: string;
}

type Fetch = (pin: PackagePin, scratch: string) => FetchedPackage;

/** More than any of these tools takes for one package on a slow line. */
const LIMIT_MS = 10 * 60 * 1000;

const REGISTRIES = {
  npm: ({ name, version }, scratch) => {
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch, `${name}@${version}`]);
    return unpacked(scratch, (archive, folder) => run('tar', ['-xzf', archive, '-C', folder]));
  },
  pypi: ({ name, version }, scratch) => {
    const wheelsOnly = ['--no-deps', '--only-binary', ':all:', '--quiet', '--dest', scratch];
    run('python3', ['-m', 'pip', 'download', ...wheelsOnly, `${name}==${version}`]);
    return unpacked(scratch, unzip);
  },
  cargo: ({ name, version }, scratch) => {
    mkdirSync(join(scratch, 'src'));
    writeFileSync(join(scratch, 'src', 'lib.rs'), '');
    const dependency = `"${name}" = { version = "=${version}", default-features = false }`;
    writeFileSync(
      join(scratch, 'Cargo.toml'),
      `[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${dependency}\n`,
    );
    run('cargo', ['vendor', '--quiet', '--versioned-dirs', 'crates'], scratch);
    const crates = readdirSync(join(scratch, 'crates'));
    const folder = join(scratch, 'crates', crates.find((crate) => crate === `${name}-${version}`) ?? name);
    const checksums: unknown = JSON.parse(readFileSync(join(folder, '.cargo-checksum.json'), 'utf8'));
    return { folder, sha256: textField(checksums, 'package') };
  },
  go: ({ name, version }, scratch) => {
    const found: unknown = JSON.parse(run('go', ['mod', 'download', '-json', `${name}@${version}`], scratch));
    return { folder: textField(found, 'Dir'), sha256: sha256(textField(found, 'Zip')) };
  },
  maven: ({ name, version }, scratch) => {
    const artifact = `-Dartifact=${name}:${version}:jar:sources`;
    run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${scratch}`], scratch);
    return unpacked(scratch, unzip);
  },
} as const satisfies Record<string, Fetch>;

/** Fetches a package into `folder`, where it stays; what is there already is not fetched again. */
export function fetchPackage(pin: PackagePin, folder: string): FetchedPackage {
  const kept = join(folder, 'fetched.json');
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as FetchedPackage;
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, 'fetching-'));
  const fetched = REGISTRIES[pin.registry](pin, scratch);
  const result = { ...fetched, folder: fetched.folder.replace(scratch, join(folder, 'archive')) };
  rmSync(join(folder, 'archive'), { recursive: true, force: true });
  renameSync(scratch, join(folder, 'archive'));
  writeFileSync(kept, JSON.stringify(result));
  return result;
}

/** Unpacks the one archive that a tool has put into a folder. */
function unpacked(scratch: string, unpack: (archive: string, folder: string) => void): FetchedPackage {
  const [archive, ...others] = readdirSync(scratch);
  if (archive === undefined || others.length > 0) throw new Error(`${scratch} should have one archive in it`);
  const folder = join(scratch, 'unpacked');
  mkdirSync(folder);
  unpack(join(scratch, archive), folder);
  return { folder, sha256: sha256(join(scratch, archive)) };
}

function unzip(archive: string, folder: string): void {
  run('python3', ['-m', 'zipfile', '-e', archive, folder]);
}

function run(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function textField(value: unknown, name: string): string {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof field !== 'string') throw new Error(`there is no ${name} in ${JSON.stringify(value)?.slice(0, 200)}`);
  return field;
}
