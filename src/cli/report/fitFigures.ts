/**
 * Reads the record of a fit's search out of a manifest's figures. Figures are free JSON, and other versions and methods
 * write other ones: what is not of the known shape is left out, never guessed at.
 */
import * as v from 'valibot';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';

/** One setting that was tried, and on how many answers. */
export interface FitCandidate {
  readonly layers: readonly number[];
  readonly strength: number;
  readonly scope: string;
  readonly n: number;
  /** In the target language, by keywords. */
  readonly onTarget: number;
  /** Of these, valid code. */
  readonly valid: number;
  readonly isChosen: boolean;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const candidate = v.object({
  layers: v.pipe(v.array(count), v.minLength(1)),
  strength: v.pipe(v.number(), v.finite()),
  scope: v.string(),
  n: v.pipe(count, v.minValue(1)),
  onTarget: count,
  valid: count,
});
const figures = v.object({ candidates: v.pipe(v.array(candidate), v.minLength(2), v.maxLength(400)) });

/** The settings that were tried, in the order of the record; none where there is no such record. */
export function readCandidates(manifest: ArtefactManifest): FitCandidate[] {
  const read = v.safeParse(figures, manifest.figures);
  if (!read.success) return [];
  const { layers, strength, scope } = manifest;
  const isChosen = (tried: v.InferOutput<typeof candidate>): boolean =>
    tried.strength === strength && tried.scope === scope && tried.layers.join() === layers.join();
  return read.output.candidates.map((tried) => ({ ...tried, isChosen: isChosen(tried) }));
}
