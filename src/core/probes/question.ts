/** What a probe study can be asked: places in a block, and the languages that are told apart together. Pure. */
import { LANGUAGE_IDS, type LanguageId } from '../language/languages.ts';

/** Hooks of the blocks without their `hook_`: the stream after the MLP and after attention, what each adds, and the heads. */
export const PROBE_HOOKS = ['resid_post', 'resid_mid', 'attn_out', 'mlp_out', 'attn.hook_z'] as const;
export type ProbeHook = (typeof PROBE_HOOKS)[number];

/**
 * The languages that are told apart together. Most of what is written in C or TypeScript is C++ or JavaScript too, and small
 * models asked for Julia write half Python: with these among the classes, probes are unsure of the others as well.
 */
export const PROBED_LANGUAGES: readonly LanguageId[] = ['python', 'cpp', 'java', 'javascript', 'rust', 'go'];

/** The target with another language, or with all that are told apart together; in the order of the registry. */
export function languagesToProbe(target: LanguageId, against: LanguageId | 'all'): readonly LanguageId[] {
  if (against !== 'all') return [target, against];
  return LANGUAGE_IDS.filter((id) => id === target || PROBED_LANGUAGES.includes(id));
}
