/**
 * What was measured when a direction was fitted. The figures of a manifest are whatever its maker found worth keeping, so
 * they are looked at here and relied on nowhere.
 */
import * as v from 'valibot';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { Share } from '../../protocol/engineService.ts';

export interface FitFigures {
  /** Answers that it was measured on: to tasks of its own, apart from those that it was fitted on. */
  readonly n: number;
  readonly onTarget: Share;
  readonly valid: Share;
}

const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const share = v.tuple([probability, probability, probability]);
const schema: v.GenericSchema<unknown, { fitSplit: FitFigures }> = v.object({
  fitSplit: v.object({ n: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), onTarget: share, valid: share }),
});

/** Undefined where it was not measured in this way, as for concepts that no detector knows. */
export function fitFigures({ figures }: ArtefactManifest): FitFigures | undefined {
  const parsed = v.safeParse(schema, figures);
  return parsed.success ? parsed.output.fitSplit : undefined;
}
