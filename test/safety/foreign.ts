/**
 * Artefacts of one model on another: of each kind, every ordered pair of models. Only a model's own may be taken; any
 * other must be refused by an error that names both sides, also where every shape is the same.
 */
import path from 'node:path';
import { ModelError } from '../../src/core/errors.ts';
import { resolveSteering } from '../../src/engine/generate/steerChoice.ts';
import { openModel, type LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { LINE_PROBE_METHOD, findLineProbe, probeTensors } from '../../src/engine/probe/lineProbe.ts';
import { loadSae, saveSae } from '../../src/engine/sae/saeArtefact.ts';
import { DirectionSource } from '../../src/engine/store/directions.ts';
import { tensorsOf } from '../../src/engine/store/steeringTensors.ts';
import { openStore } from '../../src/engine/store/store.ts';
import { writeTinyModel, type TinyOptions } from '../tinyModel.ts';
import { sampleSae } from '../unit/core/sae/sample.ts';
import { draftFor, saeDraftFor } from './draft.ts';

/** What each differs in from the first one: every way in which two models can be mistaken for each other. */
export const TINY_MODELS: Readonly<Record<string, TinyOptions>> = {
  base: {},
  'other weights, same shapes': { seed: 2 },
  'the same weights in Q8_0': { type: 'Q8_0' },
  'the same weights in Q4_0': { type: 'Q4_0' },
  wider: { dModel: 128 },
  deeper: { layers: 3 },
  'a longer context': { context: 1024 },
  'more special tokens': { control: ['<|extra|>'] },
};

export const KINDS = ['vector', 'gate', 'feature', 'probe'] as const;
type Kind = (typeof KINDS)[number];

export interface ForeignCounts {
  readonly models: readonly string[];
  /** Own artefacts, by kind; all must be taken. */
  readonly own: { readonly n: number; readonly taken: number };
  readonly foreign: {
    readonly n: number;
    readonly refused: number;
    readonly reasons: Readonly<Record<string, number>>;
  };
  /** What was taken and must not have been, or refused and must not have been, in words. */
  readonly faults: readonly string[];
}

interface Party {
  readonly name: string;
  readonly model: LoadedModel;
  readonly source: DirectionSource;
}

/** @param others models of other files, such as the default one, by name */
export async function tryForeign(
  folder: string,
  others: Readonly<Record<string, LoadedModel>>,
): Promise<ForeignCounts> {
  const parties: Party[] = [];
  for (const [name, options] of Object.entries(TINY_MODELS))
    parties.push(await party(folder, name, await tiny(folder, name, options)));
  for (const [name, model] of Object.entries(others)) parties.push(await party(folder, name, model));
  const own = { n: 0, taken: 0 };
  const foreign = { n: 0, refused: 0, reasons: new Map<string, number>() };
  const faults: string[] = [];
  for (const maker of parties)
    for (const user of parties)
      for (const kind of KINDS) {
        const what = `a ${kind} of "${maker.name}" on "${user.name}"`;
        const refusal = await use(kind, maker.source, user.model);
        const isOwn = maker === user;
        if (isOwn) own.n++;
        else foreign.n++;
        if (isOwn && refusal === undefined) own.taken++;
        else if (!isOwn && refusal instanceof ModelError) {
          foreign.refused++;
          foreign.reasons.set(refusal.reason, (foreign.reasons.get(refusal.reason) ?? 0) + 1);
        } else faults.push(`${what}: ${refusal === undefined ? 'taken' : String(refusal)}`);
      }
  return {
    models: parties.map(({ name }) => name),
    own,
    foreign: { ...foreign, reasons: Object.fromEntries(foreign.reasons) },
    faults,
  };
}

async function tiny(folder: string, name: string, options: TinyOptions): Promise<LoadedModel> {
  const model = writeTinyModel(folder, options, name.replaceAll(/\W+/g, '-'));
  const params = { model, precision: 'exact', threads: 1, home: folder, get: false } as const;
  return openModel(params, { signal: new AbortController().signal, emit: () => undefined });
}

/** A model with an artefact of each kind in a store of its own. */
async function party(folder: string, name: string, model: LoadedModel): Promise<Party> {
  const place = path.join(folder, 'stores', name.replaceAll(/\W+/g, '-'));
  const source = new DirectionSource(openStore(place), path.join(folder, 'none'));
  const { dModel } = model.config;
  const medianNorms = Array.from({ length: model.config.layers }, () => 1);
  const fitted = { layers: [0], strength: 1, scope: 'all', medianNorms } as const;
  const ones = new Float32Array(dModel).fill(1);
  const vectors = { kind: 'vectors', directions: [ones] } as const;
  const gates = {
    kind: 'gates',
    hook: 'resid_post',
    gates: new Map([[0, { rank: 1, A: new Float32Array(dModel), c: Float32Array.of(1), V: ones }]]),
  } as const;
  for (const [kind, intervention] of Object.entries({ vector: vectors, gate: gates }))
    await source.store.save(
      draftFor(model, { name: kind, kind: 'steering', fitted: { ...fitted, intervention } }),
      tensorsOf(intervention, [0]),
    );
  await saveSae(source.store, saeDraftFor(model, 'feature', 1), sampleSae('topk', { dIn: dModel }), { model });
  const probe = draftFor(model, { name: 'probe', kind: 'probe', fitted, params: { languages: ['cpp', 'python'] } });
  await source.store.save(
    { ...probe, method: LINE_PROBE_METHOD },
    probeTensors({
      classes: 2,
      weights: new Float32Array(2 * dModel),
      bias: new Float32Array(2),
      mean: new Float32Array(dModel),
      scale: ones,
    }),
  );
  return { name, model, source };
}

/** What refused it; undefined where it was taken. */
async function use(kind: Kind, source: DirectionSource, model: LoadedModel): Promise<unknown> {
  const none = { steer: [] };
  const uses: Readonly<Record<Kind, () => Promise<unknown>>> = {
    vector: () => resolveSteering(model, source, { steer: [{ name: 'vector', strength: 1 }] }),
    gate: () => resolveSteering(model, source, { steer: [{ name: 'gate', strength: 1 }] }),
    feature: async () => {
      await loadSae(source, 'feature', model);
      const features = [{ name: 'feature', index: 0, op: 'add', value: 1 }] as const;
      await resolveSteering(model, source, { ...none, features });
    },
    probe: () => findLineProbe(model, source.store, 'nothing ships here'),
  };
  try {
    await uses[kind]();
    return undefined;
  } catch (error) {
    return error;
  }
}
