/** The editor's chat: tools and chat models as they are registered, in an editor that has these parts or lacks them. */
import fs from 'node:fs';
import { CancellationTokenSource, Disposable } from './events.ts';

interface Manifest {
  readonly contributes: {
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly languageModelChatProviders: readonly { readonly vendor: string }[];
  };
}

const { contributes } = JSON.parse(
  fs.readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
) as Manifest;

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly content: readonly LanguageModelTextPart[]) {}
}

export const LanguageModelChatMessageRole = { User: 1, Assistant: 2 };
export const LanguageModelChatToolMode = { Auto: 1, Required: 2 };

interface Prepared {
  readonly invocationMessage: string;
  readonly confirmationMessages?: {
    readonly title: string;
    readonly message: { readonly value: string; readonly isTrusted: unknown };
  };
}

interface FakeTool {
  prepareInvocation(options: { input: unknown }, token: unknown): Promise<Prepared>;
  invoke(options: { input: unknown }, token: unknown): Promise<LanguageModelToolResult>;
}

/** What was registered, by the names of the manifest. */
export const registered = { tools: new Map<string, FakeTool>(), models: new Map<string, unknown>() };

const TOOLS = {
  registerTool: (name: string, tool: FakeTool): Disposable =>
    register(
      registered.tools,
      contributes.languageModelTools.map((known) => known.name),
      name,
      tool,
    ),
};

const MODELS = {
  registerLanguageModelChatProvider: (vendor: string, provider: unknown): Disposable =>
    register(
      registered.models,
      contributes.languageModelChatProviders.map((known) => known.vendor),
      vendor,
      provider,
    ),
};

/** As the editor does, which takes only what the manifest names. */
function register<T>(into: Map<string, T>, known: readonly string[], name: string, value: T): Disposable {
  if (!known.includes(name)) throw new Error(`the manifest does not name ${name}`);
  if (into.has(name)) throw new Error(`${name} is already registered`);
  into.set(name, value);
  return new Disposable(() => into.delete(name));
}

/** Editors by their age: without a chat, with tools, with chat models that they keep for themselves, with all. */
export const EDITORS = {
  none: undefined,
  tools: TOOLS,
  guarded: {
    ...TOOLS,
    registerLanguageModelChatProvider: (): Disposable => {
      throw new Error('the extension may not use the proposed API');
    },
  },
  all: { ...TOOLS, ...MODELS },
};

export let lm: (typeof EDITORS)[keyof typeof EDITORS] = EDITORS.all;

export function useEditor(name: keyof typeof EDITORS): void {
  lm = EDITORS[name];
  registered.tools.clear();
  registered.models.clear();
}

export interface ToolCall {
  /** How the user answers a question. */
  readonly agrees?: boolean;
  /** Called between the question and the answer. */
  readonly meanwhile?: () => void;
  readonly token?: CancellationTokenSource['token'];
}

/** Calls a tool as the editor does for a model: prepares it, asks the user where it says so, runs it. */
export async function callTool(
  name: string,
  input: unknown,
  { agrees = true, meanwhile, token = new CancellationTokenSource().token }: ToolCall = {},
): Promise<{ readonly prepared: Prepared; readonly text?: string }> {
  const tool = registered.tools.get(name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  const prepared = await tool.prepareInvocation({ input }, token);
  meanwhile?.();
  if (prepared.confirmationMessages && !agrees) return { prepared };
  const { content } = await tool.invoke({ input }, token);
  return { prepared, text: content.map(({ value }) => value).join('') };
}
