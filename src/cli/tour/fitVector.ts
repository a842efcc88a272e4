/**
 * The tour's steering vector: the one it fitted before, one of the user's that is just the same, or a new one. It never
 * puts its own in the place of an artefact that somebody else made.
 */
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { SteerscopeError } from '../../core/errors.ts';
import type { FitParams, ModelSummary, StorePlace } from '../../protocol/engineService.ts';
import { DEFAULT_METHOD } from '../../protocol/defaults.ts';
import { VERSION } from '../../protocol/version.ts';
import type { Dated } from '../report/data.ts';
import type { TourCalls } from './calls.ts';
import type { KeptResults } from './kept.ts';
import type { TourPlan } from './plan.ts';
import { fittedSchema } from './schemas.ts';

export const METHOD = DEFAULT_METHOD;

export interface VectorOptions {
  readonly plan: TourPlan;
  readonly model: ModelSummary;
  readonly place: StorePlace;
  readonly seed: number;
  readonly isFresh: boolean;
}

export async function fitVector(
  calls: TourCalls,
  kept: KeptResults,
  { plan, model, place, seed, isFresh }: VectorOptions,
): Promise<Dated<ArtefactManifest>> {
  const contrast = { kind: 'language', target: plan.target.id, source: plan.source.id } as const;
  const inputs = { method: METHOD, contrast, seed, store: place.store ?? '' };
  const show = (name: string): Promise<ArtefactManifest | undefined> => showIfThere(calls, place, name);

  const known = await kept.find('fit', inputs, fittedSchema);
  const earlier = known === undefined ? undefined : await show(known.value.name);
  const own = earlier !== undefined && earlier.id === known?.value.id ? earlier : undefined;
  if (known !== undefined && own !== undefined && !isFresh) return { ...known, value: own };

  const fit = (params: Pick<FitParams, 'name' | 'replace'>): Promise<ArtefactManifest> =>
    calls.engine.fit({ method: METHOD, contrast, seed, ...params }, { signal: calls.signal, onEvent: calls.onStep });
  const name = `${METHOD}-${plan.target.id}`;
  const { value, ...date } = await kept.timed(async () => {
    if (own !== undefined) return { manifest: await fit({ name: own.name, replace: true }) };
    try {
      return { manifest: await fit({ name, replace: false }) };
    } catch (error) {
      // Said before anything is run.
      if (!SteerscopeError.is(error, 'name-exists')) throw error;
    }
    const theirs = await show(name);
    const isSameWork = theirs !== undefined && !isFresh && isSame(theirs, plan, model, seed);
    // A name of the tour's own, which it may replace.
    return isSameWork
      ? { manifest: theirs, madeAt: theirs.createdAt }
      : { manifest: await fit({ name: `tour-${name}`, replace: true }) };
  });
  const { manifest, madeAt } = value;
  const dated = madeAt === undefined ? { ...date, value: manifest } : { value: manifest, at: madeAt, isKept: true };
  await kept.remember('fit', inputs, { ...dated, value: { name: manifest.name, id: manifest.id } });
  return dated;
}

async function showIfThere(
  { engine, signal }: TourCalls,
  place: StorePlace,
  name: string,
): Promise<ArtefactManifest | undefined> {
  try {
    return await engine.show({ ...place, name }, { signal });
  } catch (error) {
    if (SteerscopeError.is(error, 'unknown-artefact')) return undefined;
    throw error;
  }
}

/** True where fitting again would do the very same work. */
function isSame(artefact: ArtefactManifest, { target, source }: TourPlan, model: ModelSummary, seed: number): boolean {
  return (
    artefact.method === METHOD &&
    artefact.target === target.id &&
    artefact.source === source.id &&
    artefact.seed === seed &&
    artefact.software === VERSION &&
    artefact.model.fingerprint === model.fingerprint &&
    artefact.model.precision === model.precision
  );
}
