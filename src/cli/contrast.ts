/** The languages and sets of prompts that `fit` and `probe` set against each other, as the user names them. */
import path from 'node:path';
import { UsageError } from '../core/errors.ts';
import { findLanguage, languagePair } from '../core/language/languages.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../protocol/defaults.ts';
import type { Surface } from '../core/steering/choice.ts';
import type { Contrast } from '../protocol/engineService.ts';
import { readContrast } from './input.ts';

export interface ContrastFlags {
  readonly target?: string;
  readonly source?: string;
  readonly positive?: string;
  readonly negative?: string;
  readonly surface?: Surface;
}

/** The contrast that the flags describe: `--target`, or `--positive` with `--negative`. @throws UsageError */
export async function contrastOf({ target, source, positive, negative, surface }: ContrastFlags): Promise<Contrast> {
  const hasPrompts = positive !== undefined || negative !== undefined;
  if (target !== undefined) {
    if (hasPrompts) {
      throw new UsageError('conflicting-options', 'give --target, or --positive and --negative, not both');
    }
    if (surface === 'raw' && source === undefined) return { kind: 'language', target: findLanguage(target).id };
    return { kind: 'language', ...languagePair(target, source ?? DEFAULT_SOURCE_LANGUAGE) };
  }
  if (source !== undefined) throw new UsageError('conflicting-options', '--source needs --target');
  if (positive !== undefined && negative !== undefined) return readContrast(positive, negative);
  const missing = hasPrompts
    ? '--positive and --negative need each other'
    : 'one of --target, or --positive and --negative, is needed';
  throw new UsageError('missing-option', missing);
}

/** What an artefact is called where the user does not say: by its method and what it leads to. */
export function defaultName(
  method: string,
  contrast: Contrast,
  { positive, surface }: Pick<ContrastFlags, 'positive' | 'surface'>,
): string {
  const target = contrast.kind === 'language' ? contrast.target : path.parse(positive ?? '').name;
  return `${method}-${target}${surface === 'raw' ? '-raw' : ''}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 64)
    .replace(/-+$/, '');
}
