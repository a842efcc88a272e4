/**
 * Reads the record of a fit's search out of a manifest's figures. Figures are free JSON, and other versions and methods
 * write other ones: what is not of the known shape is left out, never guessed at.
 */
import * as v from 'valibot';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { GridInput } from './charts/fitGrid.ts';

/** One setting that was tried. */
export interface FitCandidate {
  readonly layer: number;
  readonly strength: number;
  /** 0 to 1. */
  readonly score: number;
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const figures = v.object({
  candidates: v.pipe(
    v.array(v.object({ layer: v.number(), strength: v.number(), score: share })),
    v.minLength(2),
    v.maxLength(400),
  ),
});

export function readFitGrid(manifest: ArtefactManifest): GridInput | undefined {
  const read = v.safeParse(figures, manifest.figures);
  const [layer] = manifest.layers;
  if (!read.success || layer === undefined) return undefined;
  return {
    candidates: read.output.candidates,
    chosen: { layer, strength: manifest.strength },
    meaning: 'The share of the fit split’s answers that were valid code in the target language.',
  };
}
