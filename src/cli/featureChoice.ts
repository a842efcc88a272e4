/** The value of `--feature`: which feature of which autoencoder, and what is to become of it. */
import { UsageError } from '../core/errors.ts';
import { quoted } from '../core/format/quoted.ts';
import { DEFAULT_DOSE, FEATURE_OPS, type FeatureOp } from '../core/sae/featureSteering.ts';
import type { FeatureChoice } from '../protocol/engineService.ts';
import * as field from '../protocol/fields.ts';
import { parseField, parseNumber } from './options.ts';

/** `where` is what the user knows the value by. `NAME:INDEX`, `NAME:INDEX=DOSE`, `NAME:INDEX=OP:VALUE` or `NAME:INDEX=ablate`. @throws UsageError `bad-option` */
export function featureChoice(text: string, where = '--feature'): FeatureChoice {
  const [, name = '', number = '', change] = /^([^:=]+):(\d{1,9})(?:=(.+))?$/s.exec(text) ?? [];
  if (name === '')
    throw new UsageError(
      'bad-option',
      `${where} ${quoted(text)} names no feature`,
      'Give AUTOENCODER:INDEX, or AUTOENCODER:INDEX=CHANGE, such as code:123=clamp:5.',
    );
  return { name, index: Number(number), ...changeOf(text, change, where) };
}

function changeOf(
  text: string,
  change: string | undefined,
  where: string,
): { readonly op: FeatureOp; readonly value: number } {
  if (change === undefined) return { op: 'add', value: DEFAULT_DOSE };
  if (change === 'ablate') return { op: 'ablate', value: 0 };
  const [, word = 'add', value = ''] = /^(?:([a-z]+):)?(.+)$/s.exec(change) ?? [];
  const op = FEATURE_OPS.find((known) => known === word);
  if (op === undefined || op === 'ablate')
    throw new UsageError(
      'bad-option',
      `${where} ${quoted(text)} has no change that is known`,
      'Give a number, or one of when:D, hold:D, clamp:A, scale:S, ablate.',
    );
  return { op, value: parseField(where, field.strength, parseNumber(value), value) };
}
