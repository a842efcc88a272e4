/** Where an autoencoder reads, from the full name of a hook as other programs write it. */
import { FormatError } from '../errors.ts';
import { quoted } from '../format/quoted.ts';
import { SITE_KINDS, SITE_NAMES, type SiteName } from '../graph/interventionSites.ts';

export interface HookPlace {
  readonly site: SiteName;
  readonly layer: number;
}

/** What TransformerLens 3 calls the ends of a block. */
const BLOCK_ENDS: Readonly<Record<string, string>> = { hook_in: 'hook_resid_pre', hook_out: 'hook_resid_post' };

/**
 * The place of a name such as `blocks.12.hook_resid_post`. What comes into a block is what came out of the one before.
 * @throws FormatError `unsupported-hook` where it is no place that can be read and changed here
 */
export function parseHookPlace(name: string): HookPlace {
  const [, number = '', inside = ''] = /^blocks\.(\d{1,6})\.([\w.]+)$/.exec(name) ?? [];
  const layer = Number(number);
  const hook = BLOCK_ENDS[inside] ?? inside;
  if (hook === 'hook_resid_pre' && layer > 0) return { site: 'resid_post', layer: layer - 1 };
  const site = SITE_NAMES.find((known) => SITE_KINDS[known].hook === hook);
  if (number === '' || site === undefined)
    throw new FormatError(
      'unsupported-hook',
      `this autoencoder reads ${quoted(name)}, where nothing can be read and changed here`,
      `Take one that reads blocks.N.${SITE_NAMES.map((known) => SITE_KINDS[known].hook).join(', ')}.`,
    );
  return { site, layer };
}
