/** The editor's values that hold data and do nothing. */
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export class Uri {
  static file(file: string): Uri {
    return new Uri('file', '', pathToFileURL(path.resolve(file)).pathname, '');
  }

  static from(parts: { scheme: string; authority?: string; path?: string; fragment?: string }): Uri {
    return new Uri(parts.scheme, parts.authority ?? '', parts.path ?? '', parts.fragment ?? '');
  }

  static parse(text: string): Uri {
    const { protocol, host, pathname, hash } = new URL(text);
    return new Uri(protocol.slice(0, -1), host, pathname, hash.slice(1));
  }

  static joinPath(base: Uri, ...parts: readonly string[]): Uri {
    return new Uri(base.scheme, base.authority, path.posix.join(base.path, ...parts), base.fragment);
  }

  constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
    readonly fragment: string,
  ) {}

  get fsPath(): string {
    return this.scheme === 'file' ? fileURLToPath(`file://${this.path}`) : this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}${this.fragment === '' ? '' : `#${this.fragment}`}`;
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class MarkdownString {
  isTrusted: unknown;
  supportHtml: unknown;

  constructor(
    public value = '',
    readonly supportThemeIcons = false,
  ) {}

  /** As the editor escapes: what would be a mark of Markdown is text. */
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~<>|]/g, '\\$&').replace(/\n/g, '\n\n');
    return this;
  }

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export class TreeItem {
  id?: string;
  description?: string;
  tooltip?: unknown;
  contextValue?: string;
  resourceUri?: Uri;
  iconPath?: unknown;
  command?: unknown;
  accessibilityInformation?: unknown;

  constructor(
    readonly label: string,
    public collapsibleState = 0,
  ) {}
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const ViewColumn = { Active: -1, Beside: -2 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 };
export const TextEditorRevealType = { InCenterIfOutsideViewport: 2 };
