/** From the names of artefacts to what is added to the residual streams of a request. */
import { gateWidth } from '../../core/graph/gates.ts';
import { parseLayers } from '../../core/graph/hooks.ts';
import { assertFits, surfaceNote, type FittableModel } from '../../core/artefact/fits.ts';
import { ModelError, UsageError } from '../../core/errors.ts';
import type { Surface } from '../../core/steering/choice.ts';
import { GATE_HOOKS, gateFault, longestDirection, type Gate, type GateHook } from '../../core/steering/gate.ts';
import { stackDirections, type SteeringPart } from '../../core/steering/rowSteering.ts';
import { norm } from '../../core/tensor/norm.ts';
import { parseScope, type Scope } from '../../core/steering/scope.ts';
import type { AppliedSteering, GenerateOptions } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { modelRecord } from '../model/modelRecord.ts';
import type { ChosenPart } from './chosenPart.ts';
import { chooseFeatures } from '../sae/chooseFeatures.ts';
import type { Directions, DirectionSource } from '../store/directions.ts';

/** Steering of a request before it is bound to a prompt's length. */
export interface ResolvedSteering {
  readonly parts: readonly SteeringPart[];
  /** What the doses among the parts are of. */
  readonly gates: readonly Gate[];
  readonly applied: readonly AppliedSteering[];
  /** The scope of each that was applied. */
  readonly scopes: readonly Scope[];
}

export interface SteerOptions extends Pick<GenerateOptions, 'steer' | 'features' | 'steerLayers' | 'scope'> {
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
  const chosen: ChosenPart[] = [];
  const applied: AppliedSteering[] = [];
  const scopes: Scope[] = [];
  for (const { name, strength } of options.steer) {
    if (!Number.isFinite(strength))
      throw new UsageError(
        'bad-strength',
        `${strength} is no strength for ${name}`,
        'Give a finite number; 0 is off and 1 is as fitted.',
      );
    const artefact = await source.load(name);
    const { manifest } = artefact;
    const misplaced = options.surface && surfaceNote(manifest, options.surface);
    const notes = [...assertFits(manifest, fittable(model)), ...(misplaced ? [misplaced] : [])];
    const layers = options.steerLayers ? parseLayers(options.steerLayers, model.config.layers) : manifest.layers;
    const total = strength * manifest.strength;
    const part = choosePart(model, artefact, layers, total, parseScope(options.scope ?? manifest.scope));
    // A strength of 0 is off: nothing is added, not even zeros.
    if (strength !== 0) chosen.push(part);
    scopes.push(part.scope);
    applied.push({ name, strength, layers, dose: part.dose, ...(notes.length > 0 ? { notes } : {}) });
  }
  const scope = parseScope(options.scope ?? 'all');
  const features = await chooseFeatures(model, source, options.features ?? [], scope);
  chosen.push(...features.parts);
  applied.push(...features.applied);
  scopes.push(...features.parts.map((part) => part.scope));
  return { ...bindGates(chosen), applied, scopes };
}

function choosePart(
  { config }: LoadedModel,
  artefact: Directions,
  layers: readonly number[],
  strength: number,
  scope: Scope,
): ChosenPart {
  const { manifest, directions, gates } = artefact;
  // The numbers, not the name: an artefact may be replaced by another of the same name.
  const id = `${manifest.tensors.sha256} x ${strength} in ${layers.join()}`;
  if (gates.size > 0) {
    const hook = gateHook(artefact);
    const chosen = pickLayers(manifest.name, 'gate', gates, layers);
    for (const [layer, gate] of chosen) assertFitsHook(artefact, layer, gateFault(gate, gateWidth(config, hook)));
    const placed = [...chosen].map(([layer, gate]) => ({ ...gate, layer, hook }));
    const lengths = new Map(placed.map((gate) => [gate.layer, longestDirection(gate)]));
    return { scope, id, dose: largestDose(lengths, strength, manifest.medianNorms), gates: placed, strength };
  }
  // The one hook that vectors are added at: anywhere else the direction would be noise.
  if (manifest.hook !== VECTOR_HOOK) throw otherHook(artefact, VECTOR_HOOK);
  const chosen = pickLayers(manifest.name, 'direction', directions, layers);
  for (const [layer, { length }] of chosen)
    assertFitsHook(
      artefact,
      layer,
      length === config.dModel ? undefined : `a direction of ${length} does not fit a width of ${config.dModel}`,
    );
  const lengths = new Map([...chosen].map(([layer, direction]) => [layer, norm(direction)]));
  const stacked = stackDirections(chosen, strength, config);
  return { scope, id, dose: largestDose(lengths, strength, manifest.medianNorms), stacked, gates: [], strength };
}

const VECTOR_HOOK: GateHook = 'resid_post';

function gateHook(artefact: Directions): GateHook {
  const hook = GATE_HOOKS.find((known) => known === artefact.manifest.hook);
  if (hook === undefined) throw otherHook(artefact, GATE_HOOKS.join(', '));
  return hook;
}

function otherHook({ manifest: { name, hook }, gates }: Directions, allowed: string): ModelError {
  const what = gates.size > 0 ? 'gates act' : 'directions are added';
  return new ModelError(
    'no-such-hook',
    `"${name}" is for the hook ${hook}; ${what} at ${allowed}`,
    'Make the artefact again (steerscope fit).',
  );
}

function assertFitsHook({ manifest: { name } }: Directions, layer: number, fault: string | undefined): void {
  if (fault !== undefined)
    throw new ModelError(
      'other-width',
      `"${name}" does not fit this model in layer ${layer}: ${fault}`,
      'Make the artefact again (steerscope fit).',
    );
}

/** Gives each artefact's gates their places in the one list of the session. */
function bindGates(chosen: readonly ChosenPart[]): Pick<ResolvedSteering, 'parts' | 'gates'> {
  const gates = chosen.flatMap((part) => part.gates);
  let first = 0;
  const parts = chosen.map(({ scope, id, stacked, gates: own, strength }): SteeringPart => {
    if (stacked) return { scope, id, stacked };
    const doses = new Float32Array(gates.length).fill(strength, first, first + own.length);
    first += own.length;
    return { scope, id, doses };
  });
  return { parts, gates };
}

/** The model, as far as artefacts care. */
export function fittable(model: LoadedModel): FittableModel {
  return { ...modelRecord(model), hooks: GATE_HOOKS };
}

/** @throws ModelError `no-such-direction` */
function pickLayers<T>(name: string, what: string, known: ReadonlyMap<number, T>, layers: readonly number[]) {
  const chosen = new Map<number, T>();
  for (const layer of layers) {
    const found = known.get(layer);
    if (found === undefined)
      throw new ModelError(
        'no-such-direction',
        `"${name}" has no ${what} for layer ${layer}`,
        `It has them for the layers ${[...known.keys()].join(', ')}.`,
      );
    chosen.set(layer, found);
  }
  return chosen;
}

/** The largest share that |strength| times a direction's length is of its layer's median norm. */
function largestDose(lengths: ReadonlyMap<number, number>, strength: number, medianNorms: readonly number[]): number {
  const doses = [...lengths].map(([layer, length]) => (Math.abs(strength) * length) / (medianNorms[layer] || NaN));
  return Math.max(0, ...doses);
}
