/** What the fake editor holds: tests set it, look at it, and `reset` it. One for each test file, which has a process. */
import fs from 'node:fs';
import { EventEmitter } from './events.ts';

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const manifest = JSON.parse(fs.readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as Manifest;

export type Level = 'global' | 'workspace' | 'workspaceFolder';

/** Something that the user was shown: an error, a question, a list. */
export interface Shown {
  readonly kind:
    | 'error'
    | 'warning'
    | 'information'
    | 'quickPick'
    | 'inputBox'
    | 'openDialog'
    | 'saveDialog'
    | 'statusBar'
    | 'document';
  readonly text: string;
  readonly choices: readonly unknown[];
}

export interface FakeProgress {
  readonly title: string;
  readonly reports: { readonly message?: string; readonly increment?: number }[];
  /** As the button of the notification does. */
  readonly cancel: () => void;
}

/** Values for one language stand beside the others. */
export function settingKey(name: string, languageId: string | undefined): string {
  return languageId === undefined ? name : `[${languageId}]${name}`;
}

export const events = {
  configuration: new EventEmitter<{ affectsConfiguration(name: string): boolean }>(),
  activeEditor: new EventEmitter<unknown>(),
  trust: new EventEmitter<void>(),
};

export const fake = {
  isTrusted: true,
  workspaceFolders: undefined as { readonly uri: { toString(): string }; readonly name: string }[] | undefined,
  activeTextEditor: undefined as { readonly document: unknown } | undefined,
  textDocuments: [] as { readonly uri: { toString(): string }; readonly languageId: string }[],
  values: { global: {}, workspace: {}, workspaceFolder: {} } as Record<Level, Record<string, unknown>>,
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  context: new Map<string, unknown>(),
  /** Commands that were executed and are not registered: the editor's own. */
  executed: [] as { readonly command: string; readonly args: readonly unknown[] }[],
  shown: [] as Shown[],
  /** Answers the next questions, in their order: the label of a choice, or a value. Undefined: dismissed. */
  answers: [] as unknown[],
  progress: [] as FakeProgress[],
  logged: [] as { readonly level: string; readonly text: string }[],

  reset(): void {
    Object.assign(fake, { isTrusted: true, workspaceFolders: undefined, activeTextEditor: undefined });
    fake.values = { global: {}, workspace: {}, workspaceFolder: {} };
    fake.commands.clear();
    fake.context.clear();
    fake.textDocuments.length = 0;
    fake.executed.length = fake.shown.length = fake.answers.length = fake.progress.length = fake.logged.length = 0;
  },

  /** Sets a setting as the user does in its page, for all languages or for one; undefined takes it away. */
  set(name: string, value: unknown, level: Level = 'global', languageId?: string): void {
    const key = settingKey(name, languageId);
    if (value === undefined) delete fake.values[level][key];
    else fake.values[level][key] = value;
    events.configuration.fire({
      affectsConfiguration: (asked) => name === asked || name.startsWith(`${asked}.`) || asked.startsWith(`${name}.`),
    });
  },

  /** What the manifest says of a setting that nobody set. */
  defaultOf(name: string): unknown {
    return manifest.contributes.configuration.properties[name]?.default;
  },

  /** True where the workspace has no say in a setting: it is restricted. */
  isIgnored(name: string, level: Level): boolean {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    return level !== 'global' && !fake.isTrusted && restrictedConfigurations.includes(name);
  },

  setActiveEditor(document: unknown): void {
    fake.activeTextEditor = document === undefined ? undefined : { document };
    events.activeEditor.fire(fake.activeTextEditor);
  },

  /** The texts that were shown in one way. */
  said(kind: Shown['kind']): string[] {
    return fake.shown.filter((shown) => shown.kind === kind).map(({ text }) => text);
  },
};
