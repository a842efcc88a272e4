/**
 * Packages of a corpus, and which of them are held out: code of one package is alike, so that a figure on files of packages
 * that were trained on would be too good. A tenth of each language is held out, by whole packages.
 */
import { LANGUAGE_IDS } from '../../language/languages.ts';
import { createRandom } from '../../stats/random.ts';

/** The share of a language's text that is held out, as near as whole packages come to it. */
export const HELD_OUT_SHARE = 0.1;

/**
 * The package of each path: its first folder below what all have in common, `.` for files that are right there.
 * @param paths with `/`, from the folder of the corpus
 */
export function packagesOf(paths: readonly string[]): string[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let common = 0;
  while (folders.length > 0 && folders.every((each) => each.length > common && each[common] === folders[0][common]))
    common++;
  return folders.map((each) => each[common] ?? '.');
}

/** The language of a header with the extension `.h`, which C and C++ share, by what else its package has. */
export function headerLanguage(sources: { readonly c: number; readonly cpp: number }): 'c' | 'cpp' {
  return sources.cpp > sources.c ? 'cpp' : 'c';
}

/** A text, as far as the split looks at it. */
export interface SplitFile {
  readonly path: string;
  readonly package: string;
  readonly language: string;
  readonly bytes: number;
}

export interface Split {
  /** What was held out whole: packages, or files where there is one package only. */
  readonly by: 'package' | 'file';
  /** Of each file in order: true for the held-out part. */
  readonly heldOut: readonly boolean[];
}

/**
 * Holds out packages until each language has its share, by a seed. A language that two packages or more have is in both parts.
 * A package with several languages counts for the one that it has most of, and is held out whole.
 */
export function splitCorpus(files: readonly SplitFile[], seed: number): Split {
  const by = new Set(files.map((file) => file.package)).size > 1 ? 'package' : 'file';
  const unitOf = (file: SplitFile): string => (by === 'package' ? file.package : file.path);
  const units = [...sizesByLanguage(files, unitOf)].map(([name, sizes]) => ({ name, ...largest(sizes) }));
  const heldOut = new Set<string>();
  for (const [i, language] of LANGUAGE_IDS.entries()) {
    const own = units.filter((unit) => unit.language === language).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const name of chooseHeldOut(own, seed + i)) heldOut.add(name);
  }
  return { by, heldOut: files.map((file) => heldOut.has(unitOf(file))) };
}

interface Unit {
  readonly name: string;
  readonly bytes: number;
}

/** Names of units that make up the share: in random order those that bring the sum nearer to it, the smallest where none does. */
function chooseHeldOut(units: readonly Unit[], seed: number): string[] {
  if (units.length < 2) return [];
  const wanted = HELD_OUT_SHARE * units.reduce((sum, { bytes }) => sum + bytes, 0);
  const chosen: string[] = [];
  let held = 0;
  for (const { name, bytes } of createRandom(seed).shuffle([...units])) {
    if (Math.abs(held + bytes - wanted) >= Math.abs(held - wanted) || chosen.length === units.length - 1) continue;
    chosen.push(name);
    held += bytes;
  }
  if (chosen.length > 0) return chosen;
  return [units.reduce((least, unit) => (unit.bytes < least.bytes ? unit : least)).name];
}

function sizesByLanguage(
  files: readonly SplitFile[],
  unitOf: (file: SplitFile) => string,
): Map<string, Map<string, number>> {
  const units = new Map<string, Map<string, number>>();
  for (const file of files) {
    const sizes = units.get(unitOf(file)) ?? new Map<string, number>();
    sizes.set(file.language, (sizes.get(file.language) ?? 0) + file.bytes);
    units.set(unitOf(file), sizes);
  }
  return units;
}

/** The language that most of a unit is in, with all of the unit's bytes. */
function largest(sizes: ReadonlyMap<string, number>): { language: string; bytes: number } {
  const [[language]] = [...sizes].sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || (a < b ? -1 : 1));
  return { language, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}
