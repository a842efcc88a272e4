/** From a prompt to the tokens that run: through the chat template, or raw. */
import { ModelError, UsageError } from '../../core/errors.ts';
import { encodeChat } from '../../core/tokenizer/chat/renderChat.ts';
import type { GenerateOptions } from '../../protocol/engineService.ts';
import type { ModelFile } from '../model/loadedModel.ts';

export type PromptOptions = Pick<GenerateOptions, 'mode' | 'system' | 'prefill'>;

/** True where prompts of these options go through the model's chat template. */
export function asksAsChat(model: ModelFile, mode: GenerateOptions['mode']): boolean {
  if (mode === 'chat' && model.template === null)
    throw new ModelError(
      'no-chat-template',
      'this model has no chat template',
      'Use --raw to continue the text as it is.',
    );
  return mode !== 'raw' && model.template !== null;
}

/**
 * The tokens of a prompt with its prefill. Control tokens that are written in the prompt are plain text.
 * @throws UsageError `empty-prompt`; ModelError `too-long` where prompt and answer exceed the model's context.
 */
export function promptIds(model: ModelFile, prompt: string, options: PromptOptions, maxTokens: number): number[] {
  if (prompt === '')
    throw new UsageError('empty-prompt', 'the prompt is empty', 'Give a prompt of at least one character.');
  const ids =
    model.template !== null && asksAsChat(model, options.mode)
      ? encodeChat(model.tokenizer, model.template, {
          prompt,
          ...(options.system === undefined ? {} : { system: options.system }),
          ...(options.prefill === undefined ? {} : { prefill: options.prefill }),
        })
      : model.tokenizer.encode(prompt + (options.prefill ?? ''), { bos: true });
  assertLength(model, ids.length, maxTokens);
  return ids;
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
