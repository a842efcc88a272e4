/** The options that `intervene` and `sweep` share: the text, the kind of place, and what is done to the value there. */
import { Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { SITE_NAMES } from '../core/graph/interventionSites.ts';
import { tokenChoice, type Change, type InterveneParams, type TokenChoice } from '../protocol/interventionTypes.ts';
import * as field from '../protocol/fields.ts';
import { listOption, numberOption, parseField, textOption } from './options.ts';
import { readTextParams, textOptions, type TextFlags } from './textOptions.ts';

export interface InterventionFlags extends TextFlags {
  readonly chat: boolean;
  readonly prefill?: string;
  readonly hook: string;
  readonly index?: number;
  readonly zero: boolean;
  readonly mean: boolean;
  readonly scale?: number;
  readonly source?: string;
  readonly token: readonly TokenChoice[];
}

/** What both verbs ask of the engine. */
type InterventionParams = Pick<InterveneParams, 'text' | 'special' | 'asked' | 'hook' | 'index' | 'change' | 'tokens'>;

export function interventionOptions(): Option[] {
  const sites = SITE_NAMES.join(', ');
  return [
    ...textOptions(),
    new Option('--chat', 'the text is the prompt of a chat: the template is put round it').default(false),
    textOption('--prefill <text>', field.text, 'what the answer of the chat is made to begin with'),
    textOption('--hook <name>', field.someText, `where: ${sites}`).default('resid_post'),
    numberOption('--index <n>', field.index, 'one attention head at z, or one neuron at post'),
    new Option('--zero', 'put zeros there (zero ablation)').default(false),
    new Option('--mean', 'put the mean over all positions of the text there (mean ablation)').default(false),
    numberOption('--scale <factor>', field.strength, 'multiply the value'),
    textOption('--source <text>', field.text, 'put the value of this text there (activation patching)'),
    listOption('--token <text>', 'a token of the logit difference, as text or #id; give it twice', (value) =>
      tokenChoice(parseField('--token', field.someText, value, value)),
    ),
  ];
}

/** @throws UsageError where not exactly one change, or not two tokens, were given */
export async function readIntervention(flags: InterventionFlags): Promise<InterventionParams> {
  const { chat, prefill, hook, index, token } = flags;
  if (prefill !== undefined && !chat)
    throw new UsageError('missing-option', '--prefill needs --chat', 'Append it to the text, or add --chat.');
  return {
    ...(await readTextParams(flags)),
    ...(chat ? { asked: { mode: 'chat' as const, prefill: prefill ?? '' } } : {}),
    hook,
    ...(index === undefined ? {} : { index }),
    change: changeOf(flags),
    ...(token.length === 0 ? {} : { tokens: pairOf(token) }),
  };
}

function changeOf({ zero, mean, scale, source }: InterventionFlags): Change {
  const changes: Change[] = [
    ...(zero ? [{ kind: 'zero' } as const] : []),
    ...(mean ? [{ kind: 'mean' } as const] : []),
    ...(scale === undefined ? [] : [{ kind: 'scale', factor: scale } as const]),
    ...(source === undefined ? [] : [{ kind: 'patch', source } as const]),
  ];
  const [change] = changes;
  if (change !== undefined && changes.length === 1) return change;
  throw new UsageError(
    changes.length === 0 ? 'missing-option' : 'conflicting-options',
    changes.length === 0 ? 'what is to be done to the value is not said' : 'more than one change is asked for',
    'Give one of --zero, --mean, --scale FACTOR and --source TEXT.',
  );
}

function pairOf(tokens: readonly TokenChoice[]): readonly [TokenChoice, TokenChoice] {
  const [first, second] = tokens;
  if (first !== undefined && second !== undefined && tokens.length === 2) return [first, second];
  throw new UsageError('bad-option', `--token was given ${tokens.length} times`, 'Give it twice, or not at all.');
}
