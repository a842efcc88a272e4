/**
 * The PyTorch reference as tests and the parity table read it: what `make_reference.py` wrote, typed. Reads files of
 * this folder only; computes nothing.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSafetensorsHeader, readSafetensor, safetensorsEntry } from '../../src/core/format/safetensors.ts';
import type { Scope } from '../../src/core/steering/scope.ts';
import { openFileSource } from '../../src/engine/fileSource.ts';

/** [token id, logit], descending. */
export type Top = readonly (readonly [number, number])[];

/** Tokens by greedy choice, and the smallest lead of a first token over a second on the way. */
export interface GreedyPath {
  readonly ids: readonly number[];
  readonly margin: number;
}

export interface ReferenceText {
  readonly text: string;
  readonly ids: readonly number[];
  /** The positions that stored activations are of. */
  readonly positions: readonly number[];
  readonly top: readonly Top[]; // [pos]
  readonly lens: readonly { readonly layer: number; readonly top: Top }[];
  readonly greedy: GreedyPath;
  readonly penalised: GreedyPath;
  readonly steered: { readonly top: Top; readonly greedy: Readonly<Record<string, GreedyPath>> };
}

export interface PatchText {
  readonly text: string;
  readonly ids: readonly number[];
  readonly top: Top;
}

interface ReferenceFile {
  readonly vocabularySample: readonly number[];
  readonly detailLayers: readonly number[];
  readonly fullPatternLayers: readonly number[];
  readonly steer: { readonly layers: readonly number[] };
  readonly patch: {
    readonly source: PatchText;
    readonly target: PatchText;
    readonly position: number;
    readonly cases: readonly { readonly hook: string; readonly top: Top }[];
  };
  readonly texts: Readonly<Record<string, ReferenceText>>;
}

const DATA = new URL('./data/', import.meta.url);

export const reference = JSON.parse(readFileSync(new URL('reference.json', DATA), 'utf8')) as ReferenceFile;

/** The texts of the reference, with their names. */
export const texts: readonly (ReferenceText & { readonly name: string })[] = Object.entries(reference.texts).map(
  ([name, text]) => ({ name, ...text }),
);

/** The scopes that steered paths were made with. */
export const steerScopes = Object.keys(texts[0]?.steered.greedy ?? {}) as Scope[];

const source = openFileSource(fileURLToPath(new URL('reference.safetensors', DATA)));
const tensors = parseSafetensorsHeader(source);

/** True where the reference has a tensor of this name. */
export function hasTensor(name: string): boolean {
  return tensors.tensors.has(name);
}

/** A tensor of the reference, row-major. @throws FormatError where there is none of this name. */
export function tensorOf(name: string): Float32Array {
  return readSafetensor(source, safetensorsEntry(tensors, name));
}
