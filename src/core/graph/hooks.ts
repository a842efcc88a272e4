/**
 * Hook points: the names that TransformerLens gives to the places inside a model, and the shape of what is found
 * there. Shapes are without the batch axis. `hook_q` and `hook_k` are before the rotation; the outputs of norms
 * include their gain, as the next matrix reads them.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest.ts';

export type HookName = string & { readonly brand: 'HookName' };

/** The shape of a hook's value for `pos` tokens. */
type ShapeOf = (config: DecoderConfig, pos: number) => number[];

const stream: ShapeOf = (c, pos) => [pos, c.dModel]; // [pos, dModel]
const neurons: ShapeOf = (c, pos) => [pos, c.dMlp]; // [pos, dMlp]
const queries: ShapeOf = (c, pos) => [pos, c.heads, c.headWidth]; // [pos, head, headWidth]
const keys: ShapeOf = (c, pos) => [pos, c.kvHeads, c.headWidth]; // [pos, kvHead, headWidth]
const attention: ShapeOf = (c, pos) => [c.heads, pos, pos]; // [head, query, key]

const BLOCK_HOOKS: Readonly<Record<string, ShapeOf>> = {
  hook_resid_pre: stream,
  'ln1.hook_normalized': stream,
  'attn.hook_q': queries,
  'attn.hook_k': keys,
  'attn.hook_v': keys,
  'attn.hook_rot_q': queries,
  'attn.hook_rot_k': keys,
  'attn.hook_attn_scores': attention,
  'attn.hook_pattern': attention,
  'attn.hook_z': queries,
  hook_attn_out: stream,
  hook_resid_mid: stream,
  'ln2.hook_normalized': stream,
  'mlp.hook_pre': neurons,
  'mlp.hook_pre_linear': neurons,
  'mlp.hook_post': neurons,
  hook_mlp_out: stream,
  hook_resid_post: stream,
};

const MODEL_HOOKS: Readonly<Record<string, ShapeOf>> = {
  hook_embed: stream,
  'ln_final.hook_normalized': stream,
};

/** The hooks that only an attention written out step by step has; the fused one never forms these values. */
export const UNFUSED_ATTENTION_HOOKS: readonly string[] = [
  'attn.hook_q',
  'attn.hook_k',
  'attn.hook_v',
  'attn.hook_rot_q',
  'attn.hook_rot_k',
  'attn.hook_attn_scores',
  'attn.hook_pattern',
];

/** The name of a hook in block `layer`; `hook` is its name inside the block. */
export function blockHook(layer: number, hook: string): HookName {
  return `blocks.${layer}.${hook}` as HookName;
}

/** `blocks.N.hook_resid_post`: the output of block N, where steering acts. */
export function residPost(layer: number): HookName {
  return blockHook(layer, 'hook_resid_post');
}

export const LN_FINAL = 'ln_final.hook_normalized' as HookName;
export const EMBED = 'hook_embed' as HookName;

/** Every hook of a model, in the order of the computation. */
export function allHooks(config: DecoderConfig): HookName[] {
  const names: HookName[] = [EMBED];
  for (let layer = 0; layer < config.layers; layer++)
    for (const hook of Object.keys(BLOCK_HOOKS)) names.push(blockHook(layer, hook));
  names.push(LN_FINAL);
  return names;
}

/** The shape of a hook's value without the batch axis, for a text of `pos` tokens. */
export function hookShape(config: DecoderConfig, name: HookName, pos: number): number[] {
  const shapeOf = MODEL_HOOKS[name] ?? BLOCK_HOOKS[name.replace(/^blocks\.\d+\./, '')];
  if (shapeOf === undefined) throw unknownHook(config, name);
  return shapeOf(config, pos);
}

/** How many numbers a hook has at one position, heads and all. */
export function hookWidth(config: DecoderConfig, name: HookName): number {
  return hookShape(config, name, 1).reduce((product, n) => product * n, 1);
}

/**
 * The hooks that a comma-separated list of globs names (`*` stands for any characters), in the order of the
 * computation.
 * @throws UsageError `unknown-hook` with the nearest names where a pattern matches none.
 */
export function matchHooks(config: DecoderConfig, globs: string): HookName[] {
  const all = allHooks(config);
  const wanted = new Set<HookName>();
  const patterns = globs.split(',').map((glob) => glob.trim());
  for (const pattern of patterns) {
    const expression = new RegExp(`^${pattern.split('*').map(escapeExpression).join('.*')}$`);
    const matches = all.filter((name) => expression.test(name));
    if (pattern === '' || matches.length === 0) throw unknownHook(config, pattern);
    for (const match of matches) wanted.add(match);
  }
  return all.filter((name) => wanted.has(name));
}

/** The hook of exactly this name. @throws UsageError `unknown-hook` */
export function findHook(config: DecoderConfig, name: string): HookName {
  const found = allHooks(config).find((hook) => hook === name);
  if (found === undefined) throw unknownHook(config, name);
  return found;
}

function unknownHook(config: DecoderConfig, pattern: string): UsageError {
  const near = nearestNames(pattern, allHooks(config), 3);
  return new UsageError(
    'unknown-hook',
    `no hook of this model matches "${pattern}" (it has blocks 0 to ${config.layers - 1}); nearest: ${near.join(', ')}`,
    'Hooks have the names of TransformerLens, such as blocks.*.hook_resid_post or ln_final.hook_normalized.',
  );
}

function escapeExpression(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The layers that a list such as `all` or `0,5,10-20` names, ascending.
 * @throws UsageError `bad-layers` where it names a layer the model lacks or is no list.
 */
export function parseLayers(list: string, layers: number): number[] {
  if (list.trim() === 'all') return Array.from({ length: layers }, (_, layer) => layer);
  const chosen = new Set<number>();
  for (const part of list.split(',')) {
    const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || first > last || last >= layers)
      throw new UsageError(
        'bad-layers',
        `"${part.trim()}" names no layers of this model, which has layers 0 to ${layers - 1}`,
        'Give "all", or numbers and ranges such as 0,5,10-20.',
      );
    for (let layer = first; layer <= last; layer++) chosen.add(layer);
  }
  return [...chosen].sort((a, b) => a - b);
}
