/** The chosen model as a chat model of the editor: steered as the workspace is, a token at a time, without tools. */
import * as vscode from 'vscode';
import { TEMPLATE_TOKENS } from '../../core/completion/plan.ts';
import { ModelError, SteerscopeError, UsageError } from '../../core/errors.ts';
import { choiceLabel, chooseSteering } from '../../core/steering/choice.ts';
import type { GenerateEvent, GenerateParams } from '../../protocol/engineService.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import { withSignal } from '../cancellation.ts';
import { modelName } from '../directions/catalogue.ts';
import { isUsable } from '../engine/engineHost.ts';
import type { Services } from '../services.ts';
import type {
  LanguageModelChatInformation,
  LanguageModelChatProvider,
  LanguageModelChatRequestMessage,
  ProvideLanguageModelChatResponseOptions,
} from './chatApi.ts';
import { conversationOf, textOf } from './conversation.ts';
import { explained } from './explained.ts';

const { t } = vscode.l10n;

/** As in `languageModelChatProviders` of the manifest. */
export const VENDOR = 'steerscope';

/** The most that one answer may have: small models repeat themselves long before. */
const MAX_OUTPUT_TOKENS = 1024;
/** The context, in tokens, that is told until the model is open and says its own. */
const ASSUMED_CONTEXT = 2048;

type Parts = Pick<Services, 'directions' | 'engine' | 'log' | 'settings' | 'steering'>;

export class ChatProvider implements LanguageModelChatProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: readonly vscode.Disposable[];
  /** What there is to tell, as it was when the editor was last told that it has changed. */
  private told: string;

  readonly onDidChangeLanguageModelChatInformation = this.changed.event;

  constructor(private readonly parts: Parts) {
    const { engine, settings, steering } = parts;
    this.told = JSON.stringify(this.models());
    const tell = (): void => this.tellChange();
    this.subscriptions = [
      engine.onDidChangeState(tell),
      steering.onDidChange(tell),
      settings.onDidChange('model', tell),
      settings.onDidChange('precision', tell),
    ];
  }

  /** Starts nothing and asks nobody: a model that is not on this machine is not offered. */
  provideLanguageModelChatInformation(): LanguageModelChatInformation[] {
    return this.models();
  }

  /** @throws CancellationError; Error with words for the user */
  async provideLanguageModelChatResponse(
    model: LanguageModelChatInformation,
    messages: readonly LanguageModelChatRequestMessage[],
    options: ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelTextPart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const answer = async (signal: AbortSignal): Promise<void> => {
      assertNoToolIsRequired(options);
      this.assertChosen(model);
      await this.answer(messages, signal, (text) => progress.report(new vscode.LanguageModelTextPart(text)));
    };
    await explained(this.parts.log, 'chat', () => withSignal(token, answer));
  }

  /** In tokens of the model that is chosen; of a message, without what the template puts round it. */
  async provideTokenCount(
    model: LanguageModelChatInformation,
    text: string | LanguageModelChatRequestMessage,
    token: vscode.CancellationToken,
  ): Promise<number> {
    const count = async (signal: AbortSignal): Promise<number> => {
      this.assertChosen(model);
      const content = typeof text === 'string' ? [new vscode.LanguageModelTextPart(text)] : text.content;
      const params = { text: textOf(content), special: false };
      const { ids } = await this.parts.engine.use((client) => client.tokenize(params, { signal }), { signal });
      return ids.length;
    };
    return explained(this.parts.log, 'tokens of a chat', () => withSignal(token, count));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  /** The one model that is chosen, where it can be used. */
  private models(): LanguageModelChatInformation[] {
    const { engine, settings } = this.parts;
    if (!isUsable(engine.state)) return [];
    const { model, precision } = settings.model;
    const name = modelName(model);
    const context = engine.state.summary?.context ?? ASSUMED_CONTEXT;
    const output = answerTokens(context);
    return [
      {
        id: name,
        name,
        // The one family that the engine runs.
        family: 'llama',
        version: precision,
        detail: this.steeringInWords(),
        tooltip: t('Runs on this machine, by Steerscope. It calls no tools.'),
        maxInputTokens: context - output - TEMPLATE_TOKENS,
        maxOutputTokens: output,
        capabilities: { imageInput: false, toolCalling: false },
      },
    ];
  }

  private tellChange(): void {
    const now = JSON.stringify(this.models());
    if (now === this.told) return;
    this.told = now;
    this.changed.fire();
  }

  /** What the workspace's choice comes to in a chat, which is in no file's language. */
  private get steer(): GenerateParams['options']['steer'] {
    const { settings, directions } = this.parts;
    const chat = { surface: 'answer', canAnswer: true } as const;
    return chooseSteering(settings.defaultSteering(undefined), chat, directions.all).steer;
  }

  private steeringInWords(): string {
    const choice = this.parts.settings.defaultSteering(undefined);
    return this.steer.length > 0 ? t('steered: {0}', choiceLabel(choice)) : t('not steered');
  }

  /** The list of models that the editor shows may be older than the settings. */
  private assertChosen({ id }: LanguageModelChatInformation): void {
    const chosen = modelName(this.parts.settings.model.model);
    if (id === chosen) return;
    throw new UsageError(
      'not-chosen',
      t('{0} is not the model that Steerscope uses now', id),
      t('Ask {0}, or choose another: “Steerscope: Select Model…”.', chosen),
    );
  }

  private async answer(
    messages: readonly LanguageModelChatRequestMessage[],
    signal: AbortSignal,
    show: (text: string) => void,
  ): Promise<void> {
    const { system, turns, prompt } = conversationOf(messages);
    const onEvent = (event: GenerateEvent): void => {
      if (event.kind === 'text' && !signal.aborted) show(event.text);
    };
    const [answer] = await this.parts.engine.use(
      (client, { context }) => {
        const options: GenerateParams['options'] = {
          ...measureOptions,
          mode: 'chat',
          batch: 1,
          reuse: true,
          maxTokens: answerTokens(context),
          steer: this.steer,
          ...(system === undefined ? {} : { system }),
        };
        const prompts = [{ id: 'chat', prompt, turns }];
        return client.generate({ prompts, options }, { signal, onEvent }).catch(throwInWordsOfChats);
      },
      { signal },
    );
    if (answer.stop !== 'nonfinite') return;
    throw new ModelError('nonfinite', t('the steering is too strong for the model'), t('Steer less strongly.'));
  }
}

/** How much of the context an answer may take: what is said before it has the other half. */
function answerTokens(context: number): number {
  return Math.min(MAX_OUTPUT_TOKENS, Math.floor(context / 2));
}

function assertNoToolIsRequired({ tools = [], toolMode }: ProvideLanguageModelChatResponseOptions): void {
  if (tools.length === 0 || toolMode !== vscode.LanguageModelChatToolMode.Required) return;
  throw new UsageError('no-tools', t('this model calls no tools'), t('Choose a model that does.'));
}

/** The engine's advice names options of the terminal program. */
function throwInWordsOfChats(error: unknown): never {
  if (SteerscopeError.is(error, 'too-long'))
    throw new ModelError(error.reason, error.message, t('Begin a new chat, or attach less to it.'));
  if (SteerscopeError.is(error, 'no-chat-template'))
    throw new ModelError(error.reason, error.message, t('Choose another: “Steerscope: Select Model…”.'));
  throw error;
}
