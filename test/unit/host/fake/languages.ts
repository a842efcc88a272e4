/** What the host gives the editor for documents: grey text and lenses. A test asks what was registered, as the editor does. */
import type { EventEmitter } from './events.ts';
import { Disposable } from './events.ts';
import type { FakeDocument, Position, Range } from './texts.ts';

export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 };

export class InlineCompletionItem {
  constructor(
    readonly insertText: string,
    readonly range: Range,
  ) {}
}

interface LensCommand {
  readonly title: string;
  readonly tooltip: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: LensCommand,
  ) {}
}

type Selector = readonly { readonly scheme: string }[];

export interface FakeInlineProvider {
  provideInlineCompletionItems(
    document: FakeDocument,
    position: Position,
    context: object,
    token: unknown,
  ): Promise<InlineCompletionItem[]>;
}

interface FakeLensProvider {
  readonly onDidChangeCodeLenses: EventEmitter<void>['event'];
  provideCodeLenses(document: FakeDocument): CodeLens[];
}

/** What was registered last, with the schemes that it is asked for. */
export const provided: {
  inline?: { readonly selector: Selector; readonly provider: FakeInlineProvider };
  lenses?: { readonly selector: Selector; readonly provider: FakeLensProvider };
} = {};

export const languages = {
  registerInlineCompletionItemProvider(selector: Selector, provider: FakeInlineProvider): Disposable {
    provided.inline = { selector, provider };
    return new Disposable(() => delete provided.inline);
  },
  registerCodeLensProvider(selector: Selector, provider: FakeLensProvider): Disposable {
    provided.lenses = { selector, provider };
    return new Disposable(() => delete provided.lenses);
  },
  /** Of patterns only `** / NAME` and `**.EXTENSION` are understood: enough to say that one matches and another does not. */
  match({ pattern }: { pattern: string }, document: FakeDocument): number {
    return document.uri.path.endsWith(pattern.replace(/^\*+\/?\*?/, '')) ? 10 : 0;
  },
};
