/** The settings, typed and in one place: nobody else reads the configuration. */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import * as v from 'valibot';
import { LANGUAGE_IDS, findLanguage, languageNamed, type LanguageId } from '../core/language/languages.ts';
import type { SteeringChoice } from '../core/steering/choice.ts';
import { findModel } from '../core/models/catalogue.ts';
import { steerscopeHome } from '../files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../protocol/defaults.ts';
import type { Precision } from '../protocol/engineService.ts';
import * as field from '../protocol/fields.ts';

export const SECTION = 'steerscope';

export type CompletionMode = 'automatic' | 'manual' | 'off';

/** Where a setting is looked up: those of resources and languages may differ from document to document. */
export type SettingScope = vscode.ConfigurationScope | undefined;

/** How the engine opens a model; any change of it opens the model anew. */
export interface ModelSettings {
  readonly model: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly home: string;
}

export interface CompletionSettings {
  readonly mode: CompletionMode;
  readonly exclude: readonly string[];
  readonly delayMs: number;
  readonly maxTokens: number;
  readonly maxTokensOnRequest: number;
}

export class Settings {
  /** @param env the surroundings' home, where the setting names none */
  constructor(private readonly env: NodeJS.ProcessEnv = process.env) {}

  get model(): ModelSettings {
    return {
      model: modelNamed(this.read('model', undefined, field.someText, DEFAULT_MODEL_NAME)),
      precision: this.read('precision', undefined, field.precision, 'fast'),
      threads: this.read('threads', undefined, field.threads, os.availableParallelism()),
      home: this.home,
    };
  }

  /** The folder that editor and terminal share. */
  get home(): string {
    const chosen = this.read('home', undefined, field.someText, '');
    if (chosen !== '') return fromHome(chosen);
    return steerscopeHome({ env: this.env, platform: process.platform, homeFolder: os.homedir() });
  }

  completion(scope: SettingScope): CompletionSettings {
    return {
      mode: this.read('completion.mode', scope, v.picklist(['automatic', 'manual', 'off']), 'automatic'),
      exclude: this.read('completion.exclude', scope, v.array(v.string()), []),
      delayMs: this.read('completion.delay', scope, v.pipe(v.number(), v.minValue(0), v.maxValue(10_000)), 150),
      maxTokens: this.read('completion.maxTokens', scope, field.maxTokens, 32),
      maxTokensOnRequest: this.read('completion.maxTokensOnRequest', scope, field.maxTokens, 128),
    };
  }

  /** What steers where neither the place nor the file has a choice of its own. */
  defaultSteering(scope: SettingScope): SteeringChoice {
    const name = this.read('steering.default', scope, field.someText, 'auto');
    const strength = this.strength(scope);
    if (name === 'off' || strength === 0) return { kind: 'off' };
    if (name === 'auto') return { kind: 'auto', strength };
    const language = languageNamed(name)?.id;
    return language ? { kind: 'language', language, strength } : { kind: 'direction', name, strength };
  }

  strength(scope: SettingScope): number {
    return this.read('steering.strength', scope, v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8)), 1);
  }

  codeLens(scope: SettingScope): { readonly isEnabled: boolean; readonly languages: readonly LanguageId[] } {
    const names = this.read('codeLens.languages', scope, v.array(v.picklist(LANGUAGE_IDS)), []);
    const isEnabled = this.read('codeLens.enabled', scope, v.boolean(), true);
    return { isEnabled, languages: names.map((name) => findLanguage(name).id) };
  }

  languageLines(scope: SettingScope): boolean {
    return this.read('languageLines.enabled', scope, v.boolean(), false);
  }

  /** Writes a setting; undefined takes it away. */
  async write(name: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
    await vscode.workspace.getConfiguration(SECTION).update(name, value, target);
  }

  /** Takes a setting away wherever it has this value. */
  async unset(name: string, value: string): Promise<void> {
    const { globalValue, workspaceValue } = vscode.workspace.getConfiguration(SECTION).inspect(name) ?? {};
    if (workspaceValue === value) await this.write(name, undefined, vscode.ConfigurationTarget.Workspace);
    if (globalValue === value) await this.write(name, undefined, vscode.ConfigurationTarget.Global);
  }

  /** Turns a boolean setting over where it is set; returns what it is now. */
  async toggle(name: string, scope: SettingScope): Promise<boolean> {
    const isOn = vscode.workspace.getConfiguration(SECTION, scope ?? null).get<boolean>(name) !== true;
    await this.change(name, isOn, scope);
    return isOn;
  }

  /** Changes a setting for the folder or the workspace that has a say in it, else for the user. */
  async change(name: string, value: unknown, scope: SettingScope): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION, scope ?? null);
    const of = configuration.inspect(name);
    const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
    const isOfFolder = (of?.workspaceFolderLanguageValue ?? of?.workspaceFolderValue) !== undefined;
    const isOfWorkspace = (of?.workspaceLanguageValue ?? of?.workspaceValue) !== undefined;
    const isOfLanguage =
      (of?.workspaceFolderLanguageValue ?? of?.workspaceLanguageValue ?? of?.globalLanguageValue) !== undefined;
    const target = isOfFolder ? WorkspaceFolder : isOfWorkspace ? Workspace : Global;
    await configuration.update(name, value, target, isOfLanguage);
  }

  /** Calls back when a setting below `name` has changed. */
  onDidChange(name: string, listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.${name}`)) listener();
    });
  }

  /** A value that is not what the setting may be counts as not set: the editor has marked it in its own settings page. */
  private read<T>(name: string, scope: SettingScope, schema: v.GenericSchema<unknown, T>, otherwise: T): T {
    const result = v.safeParse(schema, vscode.workspace.getConfiguration(SECTION, scope ?? null).get(name));
    return result.success ? result.output : otherwise;
  }
}

/** Relative paths are the user's own, whatever folder the editor was started in. */
function fromHome(file: string): string {
  return path.resolve(os.homedir(), file.replace(/^~(?=[/\\]|$)/, os.homedir()));
}

/** A name of the catalogue in its own spelling, or the whole path of a file. */
function modelNamed(model: string): string {
  return findModel(model)?.name ?? fromHome(model);
}
