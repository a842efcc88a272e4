/**
 * Where an intervention may act: the hooks whose value the rest of the graph reads, by TransformerLens' short names, and
 * what a value there consists of. Pure.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import { UsageError } from '../errors.ts';
import { blockHook, hookWidth, type HookName } from './hooks.ts';

interface SiteKind {
  /** The hook's name inside a block. */
  readonly hook: string;
  /** What a single part of the value is, where it has parts. */
  readonly part?: 'head' | 'neuron';
}

/** By TransformerLens' short names. */
export const SITE_KINDS = {
  resid_mid: { hook: 'hook_resid_mid' },
  resid_post: { hook: 'hook_resid_post' },
  attn_out: { hook: 'hook_attn_out' },
  mlp_out: { hook: 'hook_mlp_out' },
  z: { hook: 'attn.hook_z', part: 'head' },
  post: { hook: 'mlp.hook_post', part: 'neuron' },
} as const satisfies Readonly<Record<string, SiteKind>>;

export type SiteName = keyof typeof SITE_KINDS;

export const SITE_NAMES = Object.keys(SITE_KINDS) as readonly SiteName[];

/** Part of the value at a hook: all of it, one attention head, or one neuron. */
export interface Site {
  readonly hook: HookName;
  /** Of the value at one position, what is changed: its first number, and how many. */
  readonly start: number;
  readonly size: number;
}

/** The kind of a site, with or without TransformerLens' `hook_` before its name. @throws UsageError `unknown-site` */
export function siteNamed(name: string): SiteName {
  const found = SITE_NAMES.find(
    (known) => name === known || name === SITE_KINDS[known].hook || name === `hook_${known}`,
  );
  if (found === undefined)
    throw new UsageError(
      'unknown-site',
      `nothing can be changed at "${name}"`,
      `Choose one of ${SITE_NAMES.join(', ')}.`,
    );
  return found;
}

/** How many heads or neurons a value of this kind has; 0 where it has no parts. */
export function partsOf({ heads, dMlp }: Pick<DecoderConfig, 'heads' | 'dMlp'>, name: SiteName): number {
  const kind: SiteKind = SITE_KINDS[name];
  if (kind.part === undefined) return 0;
  return kind.part === 'head' ? heads : dMlp;
}

/**
 * A site of a model. Without an index it is the whole value.
 * @throws UsageError `bad-layer`, `bad-index` with what there is
 */
export function siteAt(config: DecoderConfig, name: SiteName, layer: number, index?: number): Site {
  if (!Number.isInteger(layer) || layer < 0 || layer >= config.layers)
    throw new UsageError(
      'bad-layer',
      `this model has no layer ${layer}`,
      `It has the layers 0 to ${config.layers - 1}.`,
    );
  const hook = blockHook(layer, SITE_KINDS[name].hook);
  const width = hookWidth(config, hook);
  if (index === undefined) return { hook, start: 0, size: width };
  const { part }: SiteKind = SITE_KINDS[name];
  const parts = partsOf(config, name);
  if (part === undefined)
    throw new UsageError(
      'bad-index',
      `the value at ${name} has no heads and no neurons to choose from`,
      'Leave the index out, or choose z for a head or post for a neuron.',
    );
  if (!Number.isInteger(index) || index < 0 || index >= parts)
    throw new UsageError(
      'bad-index',
      `a layer of this model has no ${part} ${index}`,
      `It has the ${part}s 0 to ${parts - 1}.`,
    );
  const size = width / parts;
  return { hook, start: index * size, size };
}
