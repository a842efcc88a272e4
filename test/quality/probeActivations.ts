/** What the model holds at the end of texts, at the places that probes may read: attention heads and the residual stream. */
import { blockHook, type HookName } from '../../src/core/graph/hooks.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';

/** Places of a block, in the names of the hooks. */
export const SITES = ['attn.hook_z', 'hook_resid_mid', 'hook_resid_post'] as const;
export type Site = (typeof SITES)[number];

/** Tokens at the end of a text whose mean is taken: as many as steering is fitted on. */
export const TAIL = 8;

/** Which tokens an activation is of: the mean over the last ones, or the last one alone. */
export const POSITIONS = ['tail', 'last'] as const;
export type Position = (typeof POSITIONS)[number];

export interface Activations {
  readonly texts: number;
  /** By layer, each [texts, dModel]; at `attn.hook_z` the heads of a layer lie side by side. */
  readonly sites: Readonly<Record<Site, Readonly<Record<Position, readonly Float32Array[]>>>>;
}

export async function readActivations(
  model: LoadedModel,
  texts: readonly (readonly number[])[],
  onText: () => void,
): Promise<Activations> {
  const { layers, heads, headWidth, dModel } = model.config;
  const hooks = SITES.flatMap((site) => Array.from({ length: layers }, (_, layer) => blockHook(layer, site)));
  const ofSite = (site: Site) => {
    const width = site === 'attn.hook_z' ? heads * headWidth : dModel;
    const empty = () => Array.from({ length: layers }, () => new Float32Array(texts.length * width));
    return { tail: empty(), last: empty() };
  };
  const sites = {
    'attn.hook_z': ofSite('attn.hook_z'),
    hook_resid_mid: ofSite('hook_resid_mid'),
    hook_resid_post: ofSite('hook_resid_post'),
  };
  for (const [text, ids] of texts.entries()) {
    const { values } = await model.observed.run({ ids, hooks });
    for (const site of SITES)
      for (let layer = 0; layer < layers; layer++) {
        const rows = valueOf(values, blockHook(layer, site));
        const width = rows.length / ids.length;
        sites[site].tail[layer].set(meanOfLast(rows, width, TAIL), text * width);
        sites[site].last[layer].set(rows.subarray(rows.length - width), text * width);
      }
    onText();
  }
  return { texts: texts.length, sites };
}

function valueOf(values: ReadonlyMap<HookName, Float32Array>, hook: HookName): Float32Array {
  const value = values.get(hook);
  if (value === undefined) throw new Error(`${hook} was not read`);
  return value;
}

function meanOfLast(rows: Float32Array, width: number, count: number): Float32Array {
  const n = Math.min(count, rows.length / width);
  const mean = new Float32Array(width);
  for (let at = rows.length - n * width; at < rows.length; at++) mean[at % width] += rows[at] / n;
  return mean;
}
