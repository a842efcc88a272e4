/**
 * The editor's module for tests without an editor: as much of it as the host uses, over the state in `state.ts`. What a
 * real editor does with it is for the tests in VS Code to say.
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { CancellationTokenSource, Disposable } from './events.ts';
import { createTreeView, registerFileDecorationProvider } from './trees.ts';
import { createWebviewPanel, registerWebviewPanelSerializer } from './panels.ts';
import { notebookWindow, notebookWorkspace } from './notebooks.ts';
import { createStatusBarItem } from './statusBar.ts';
import { textWindow, textWorkspace, visible } from './texts.ts';
import { events, fake, settingKey, type Level, type Shown } from './state.ts';
import { ConfigurationTarget, type Uri } from './values.ts';

export * from './chat.ts';
export * from './events.ts';
export * from './languages.ts';
export * from './notebooks.ts';
export * from './taskRuns.ts';
export * from './values.ts';
export { Position, Range, Selection } from './texts.ts';

/** `{0}` and `{name}` are replaced, as the editor does. */
export const l10n = {
  t(message: string, ...args: unknown[]): string {
    const [first] = args;
    const named = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined;
    return message.replace(/\{([^{}]+)\}/g, (whole, key: string) => {
      const value = named ? named[key] : args[Number(key)];
      return value === undefined ? whole : String(value);
    });
  },
};

const LEVELS: Record<number, Level> = {
  [ConfigurationTarget.Global]: 'global',
  [ConfigurationTarget.Workspace]: 'workspace',
  [ConfigurationTarget.WorkspaceFolder]: 'workspaceFolder',
};

interface Scope {
  readonly languageId?: string;
}

function inspect(name: string, languageId: string | undefined) {
  const at = (level: Level): unknown => (fake.isIgnored(name, level) ? undefined : fake.values[level][name]);
  const of = (level: Level): unknown =>
    languageId === undefined ? undefined : fake.values[level][settingKey(name, languageId)];
  return {
    key: name,
    defaultValue: fake.defaultOf(name),
    globalValue: at('global'),
    workspaceValue: at('workspace'),
    workspaceFolderValue: at('workspaceFolder'),
    globalLanguageValue: of('global'),
    workspaceLanguageValue: of('workspace'),
    workspaceFolderLanguageValue: of('workspaceFolder'),
  };
}

/** The value in force: for the language before all others, then the narrowest. */
function valueOf(name: string, languageId: string | undefined): unknown {
  const of = inspect(name, languageId);
  const ofLanguage = of.workspaceFolderLanguageValue ?? of.workspaceLanguageValue ?? of.globalLanguageValue;
  return ofLanguage ?? of.workspaceFolderValue ?? of.workspaceValue ?? of.globalValue ?? of.defaultValue;
}

export const workspace = {
  get isTrusted() {
    return fake.isTrusted;
  },
  get workspaceFolders() {
    return fake.workspaceFolders;
  },
  get textDocuments() {
    return fake.textDocuments;
  },
  getConfiguration(section: string, scope?: Scope | null) {
    const languageId = scope?.languageId;
    return {
      get: (name: string): unknown => valueOf(`${section}.${name}`, languageId),
      inspect: (name: string) => inspect(`${section}.${name}`, languageId),
      async update(name: string, value: unknown, target: number, isOfLanguage = false): Promise<void> {
        fake.set(`${section}.${name}`, value, LEVELS[target], isOfLanguage ? languageId : undefined);
      },
    };
  },
  onDidChangeConfiguration: events.configuration.event,
  onDidGrantWorkspaceTrust: events.trust.event,
  getWorkspaceFolder: (uri: Uri) =>
    fake.workspaceFolders?.find((folder) => uri.toString().startsWith(`${folder.uri.toString()}/`)),
  asRelativePath: (uri: Uri) => uri.path.split('/').at(-1) ?? '',
  ...textWorkspace,
  ...notebookWorkspace,
  fs: {
    writeFile: (uri: Uri, bytes: Uint8Array) => writeFile(uri.fsPath, bytes),
    readFile: (uri: Uri) => readFile(uri.fsPath),
    stat: (uri: Uri) => stat(uri.fsPath),
    createDirectory: async (uri: Uri) => void (await mkdir(uri.fsPath, { recursive: true })),
  },
};

export const env = {
  language: 'en',
  openExternal: async (uri: Uri) => void fake.executed.push({ command: 'openExternal', args: [uri.toString()] }),
};

export const commands = {
  registerCommand(id: string, run: (...args: unknown[]) => unknown): Disposable {
    if (fake.commands.has(id)) throw new Error(`command '${id}' already exists`);
    fake.commands.set(id, run);
    return new Disposable(() => fake.commands.delete(id));
  },
  async executeCommand(id: string, ...args: unknown[]): Promise<unknown> {
    if (id === 'setContext') return void fake.context.set(String(args[0]), args[1]);
    const run = fake.commands.get(id);
    if (run) return run(...args);
    fake.executed.push({ command: id, args });
    return undefined;
  },
};

/** Shows something, and answers with the choice that has the label a test gave. */
async function ask(kind: Shown['kind'], text: string, choices: readonly unknown[]): Promise<unknown> {
  fake.shown.push({ kind, text, choices });
  const answer = fake.answers.shift();
  if (answer === undefined) return undefined;
  return choices.find((choice) => choice === answer || labelOf(choice) === answer) ?? answer;
}

function labelOf(choice: unknown): unknown {
  return typeof choice === 'object' && choice !== null && 'label' in choice ? choice.label : undefined;
}

function message(kind: 'error' | 'warning' | 'information') {
  return (text: string, ...items: unknown[]): Promise<unknown> =>
    ask(
      kind,
      text,
      items.filter((item) => typeof item === 'string'),
    );
}

export const window = {
  get activeTextEditor() {
    return fake.activeTextEditor;
  },
  onDidChangeActiveTextEditor: events.activeEditor.event,
  showErrorMessage: message('error'),
  showWarningMessage: message('warning'),
  showInformationMessage: message('information'),
  showQuickPick: (items: readonly unknown[], options?: { title?: string }) =>
    ask('quickPick', options?.title ?? '', items),
  /** The box itself is the only choice: a test may try its check. */
  showInputBox: (options: { title?: string } = {}) => ask('inputBox', options.title ?? '', [options]),
  showOpenDialog: (options?: { title?: string }) => ask('openDialog', options?.title ?? '', []),
  setStatusBarMessage(text: string): Disposable {
    fake.shown.push({ kind: 'statusBar', text, choices: [] });
    return new Disposable(() => {});
  },
  createStatusBarItem,
  createOutputChannel: () => logChannel(),
  async withProgress<T>(
    { title = '' }: { title?: string },
    work: (progress: unknown, token: unknown) => Promise<T>,
  ): Promise<T> {
    const source = new CancellationTokenSource();
    const reports: { message?: string; increment?: number }[] = [];
    fake.progress.push({ title, reports, cancel: () => source.cancel() });
    return work({ report: (step: { message?: string; increment?: number }) => reports.push(step) }, source.token);
  },
  showSaveDialog: (options?: { title?: string }) => ask('saveDialog', options?.title ?? '', []),
  createWebviewPanel,
  registerWebviewPanelSerializer,
  createTreeView,
  registerFileDecorationProvider,
  visibleTextEditors: visible,
  ...textWindow,
  ...notebookWindow,
};

function logChannel() {
  const at =
    (level: string) =>
    (text: string): void =>
      void fake.logged.push({ level, text });
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    show: () => {},
    dispose: () => {},
  };
}
