/** From the names of artefacts to what is added to the residual streams of a request. */
import { parseLayers } from '../../core/graph/hooks.ts';
import { assertFits, surfaceNote, type FittableModel } from '../../core/artefact/fits.ts';
import { ModelError, UsageError } from '../../core/errors.ts';
import type { Surface } from '../../core/steering/choice.ts';
import { stackDirections, type SteeringVector } from '../../core/steering/rowSteering.ts';
import { norm } from '../../core/tensor/norm.ts';
import { parseScope } from '../../core/steering/scope.ts';
import type { AppliedSteering, GenerateOptions } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { Directions, DirectionSource } from '../store/directions.ts';

/** Steering of a request before it is bound to a prompt's length. */
export interface ResolvedSteering {
  readonly vectors: readonly SteeringVector[];
  readonly applied: readonly AppliedSteering[];
}

export interface SteerOptions extends Pick<GenerateOptions, 'steer' | 'steerLayers' | 'scope'> {
  /** How the prompts are asked; absent where that makes no difference to what is said of the steering. */
  readonly surface?: Surface;
}

/**
 * Loads the artefacts that are named, checks that they were made on this model, and multiplies in their strengths.
 * @throws UsageError for a strength, scope or layer that is none; StoreError for an unknown name; ModelError for an
 * artefact of another model.
 */
export async function resolveSteering(
  model: LoadedModel,
  source: DirectionSource,
  options: SteerOptions,
): Promise<ResolvedSteering> {
  const vectors: SteeringVector[] = [];
  const applied: AppliedSteering[] = [];
  for (const { name, strength } of options.steer) {
    if (!Number.isFinite(strength))
      throw new UsageError(
        'bad-strength',
        `${strength} is no strength for ${name}`,
        'Give a finite number; 0 is off and 1 is as fitted.',
      );
    const artefact = await source.load(name);
    const misplaced = options.surface && surfaceNote(artefact.manifest, options.surface);
    const notes = [...assertFits(artefact.manifest, fittable(model)), ...(misplaced ? [misplaced] : [])];
    const layers = options.steerLayers
      ? parseLayers(options.steerLayers, model.config.layers)
      : artefact.manifest.layers;
    const chosen = chooseLayers(artefact, layers);
    const total = strength * artefact.manifest.strength;
    vectors.push({
      stacked: stackDirections(chosen, total, model.config),
      scope: parseScope(options.scope ?? artefact.manifest.scope),
      // The numbers, not the name: an artefact may be replaced by another of the same name.
      id: `${artefact.manifest.tensors.sha256} x ${total} in ${layers.join()}`,
    });
    applied.push({
      name,
      strength,
      layers,
      dose: dose(chosen, total, artefact.manifest.medianNorms),
      ...(notes.length > 0 ? { notes } : {}),
    });
  }
  // A strength of 0 is off: nothing is added, not even zeros.
  return { vectors: vectors.filter((_, i) => options.steer[i].strength !== 0), applied };
}

/** The model, as far as artefacts care. */
export function fittable(model: LoadedModel): FittableModel {
  const { name, fingerprint, architecture, dModel, layers, precision, weightTypes } = model.summary;
  return { name, fingerprint, architecture, dModel, layers, precision, weightTypes, hooks: ['resid_post'] };
}

function chooseLayers(artefact: Directions, layers: readonly number[]): Map<number, Float32Array> {
  const chosen = new Map<number, Float32Array>();
  for (const layer of layers) {
    const direction = artefact.directions.get(layer);
    if (direction === undefined)
      throw new ModelError(
        'no-such-direction',
        `"${artefact.manifest.name}" has no direction for layer ${layer}`,
        `It has them for the layers ${[...artefact.directions.keys()].join(', ')}.`,
      );
    chosen.set(layer, direction);
  }
  return chosen;
}

/** The largest |strength v| over the median norm of its layer. */
function dose(directions: ReadonlyMap<number, Float32Array>, strength: number, medianNorms: readonly number[]): number {
  const doses = [...directions].map(([layer, v]) => (Math.abs(strength) * norm(v)) / (medianNorms[layer] || NaN));
  return Math.max(0, ...doses);
}
