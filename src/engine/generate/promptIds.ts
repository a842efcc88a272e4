/** From a prompt to the tokens that run: through the chat template, or raw. */
import { ModelError, UsageError } from '../../core/errors.ts';
import type { Surface } from '../../core/steering/choice.ts';
import type { ChatTemplate } from '../../core/tokenizer/chat/chatTemplate.ts';
import { encodeChat } from '../../core/tokenizer/chat/renderChat.ts';
import type { Tokenizer } from '../../core/tokenizer/index.ts';
import type { ChatTurn, GenerateOptions } from '../../protocol/engineService.ts';
import type { ModelFile } from '../model/loadedModel.ts';

export interface PromptOptions extends Pick<GenerateOptions, 'mode' | 'system' | 'prefill' | 'suffix'> {
  /** What was said before. */
  readonly turns?: readonly ChatTurn[];
}

/** The template that prompts of this mode go through; null for prompts that are continued as they are. */
function templateFor(model: ModelFile, mode: GenerateOptions['mode']): ChatTemplate | null {
  if (mode === 'chat' && model.template === null)
    throw new ModelError(
      'no-chat-template',
      'this model has no chat template',
      'Use --raw to continue the text as it is.',
    );
  return mode === 'raw' ? null : model.template;
}

/** How prompts of this mode are asked of the model. @throws ModelError `no-chat-template` */
export function surfaceFor(model: ModelFile, mode: GenerateOptions['mode']): Surface {
  return templateFor(model, mode) === null ? 'raw' : 'answer';
}

/**
 * The tokens of a prompt with its prefill. Control tokens that are written in the prompt are plain text.
 * @throws UsageError `empty-prompt`, `no-system-message`, `no-turns`, `no-suffix`, `no-infill`; ModelError `no-chat-template`, `too-long` where prompt and answer exceed the model's context.
 */
export function promptIds(model: ModelFile, prompt: string, options: PromptOptions, maxTokens: number): number[] {
  if (prompt === '')
    throw new UsageError('empty-prompt', 'the prompt is empty', 'Give a prompt of at least one character.');
  const { system, prefill, suffix, turns = [] } = options;
  const template = templateFor(model, options.mode);
  if (template === null && system !== undefined)
    throw new UsageError(
      'no-system-message',
      'a prompt that is continued as it is has no system message',
      model.template === null ? 'This model has no chat template: leave --system out.' : 'Leave out --raw or --system.',
    );
  if (template === null && turns.length > 0)
    throw new UsageError(
      'no-turns',
      'a prompt that is continued as it is has no turns before it',
      model.template === null ? 'This model has no chat template: ask without them.' : 'Ask as a chat.',
    );
  if (template !== null && suffix !== undefined)
    throw new UsageError(
      'no-suffix',
      'a chat has no text after the answer',
      'Ask in raw mode, or leave the suffix out.',
    );
  const ids =
    template === null
      ? rawIds(model.tokenizer, prompt, prefill ?? '', suffix)
      : encodeChat(model.tokenizer, template, {
          prompt,
          turns,
          ...(system === undefined ? {} : { system }),
          ...(prefill === undefined ? {} : { prefill }),
        });
  assertLength(model, ids.length, maxTokens);
  return ids;
}

/** Text to go on with, or what is to be filled in before `suffix`. The answer begins with `prefill` either way. */
function rawIds(tokenizer: Tokenizer, prompt: string, prefill: string, suffix: string | undefined): number[] {
  if (suffix === undefined) return tokenizer.encode(prompt + prefill, { bos: true });
  const { infill } = tokenizer;
  if (infill === undefined)
    throw new UsageError(
      'no-infill',
      'this model cannot fill in: it has no tokens for the text before and after',
      'Leave the suffix out; the text is then continued as it is.',
    );
  return [
    ...tokenizer.encode('', { bos: true }),
    infill.prefix,
    ...tokenizer.encode(prompt),
    infill.suffix,
    ...tokenizer.encode(suffix),
    infill.middle,
    ...tokenizer.encode(prefill),
  ];
}

/** @throws ModelError `too-long` with the figures */
export function assertLength(model: ModelFile, tokens: number, more = 0): void {
  const { context } = model.config;
  if (tokens + more <= context) return;
  const asked = more > 0 ? `${tokens} tokens and ${more} more are to be generated` : `${tokens} tokens`;
  throw new ModelError(
    'too-long',
    `the text has ${asked}, and this model's context holds ${context}`,
    more > 0 ? 'Shorten the prompt, or lower --max-tokens.' : 'Shorten the text.',
  );
}
