/** The manifest as the editor reads it: which entries of a menu are shown, by the `when` clauses that it writes. */
import assert from 'node:assert/strict';
import fs from 'node:fs';

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

export interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly keybindings: readonly {
      readonly command: string;
      readonly args?: string;
      readonly key: string;
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly views: { readonly steerscope: readonly { readonly id: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly when?: string }[];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly toolReferenceName: string;
      readonly displayName: string;
      readonly modelDescription: string;
      readonly userDescription: string;
      readonly canBeReferencedInPrompt: boolean;
      readonly icon: string;
      readonly inputSchema: {
        readonly additionalProperties: boolean;
        readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
        readonly required: readonly string[];
      };
    }[];
    readonly languageModelChatProviders: readonly { readonly vendor: string; readonly displayName: string }[];
  };
}

export const manifest = JSON.parse(
  fs.readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as Manifest;

/** The commands of a menu that are shown where these keys have these values. */
export function shownIn(menu: string, keys: Readonly<Record<string, string | boolean>>): string[] {
  const entries = manifest.contributes.menus[menu] ?? [];
  return entries.filter(({ when }) => when === undefined || holds(when, keys)).map(({ command }) => command);
}

/** A conjunction of `key`, `!key`, `key == value` and `key =~ /pattern/`: all that ours are made of. */
export function holds(when: string, keys: Readonly<Record<string, string | boolean>>): boolean {
  return when.split(' && ').every((term) => {
    const [, key = '', operator, value = ''] = /^(!?[\w.]+)(?: (==|=~) (.+))?$/.exec(term) ?? [];
    assert.notEqual(key, '', `a term that is not understood: ${term}`);
    if (operator === '==') return keys[key] === value;
    if (operator === '=~') return new RegExp(value.slice(1, value.lastIndexOf('/'))).test(String(keys[key] ?? ''));
    return key.startsWith('!') ? !keys[key.slice(1)] : keys[key] === true;
  });
}
