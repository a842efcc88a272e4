/**
 * The empty profile of a test: a folder with VS Code's user data and extensions, a workspace, and a home of Steerscope, with
 * or without the default model. Nothing of the user's own is read or written.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { profileFolders } from '../../../scripts/lib/vscodeServer.mjs';
import { linkModel } from '../../realModel.ts';

export interface ProfileOptions {
  /** False: a home as it is before first use. */
  readonly hasModel?: boolean;
  /** The files of the workspace, by their names in it. */
  readonly files?: Readonly<Record<string, string>>;
  /** Settings of the user, beside those that keep the window quiet. */
  readonly settings?: Settings;
  /** Settings of the machine: those of scope `machine` are read from here only, as the host runs beside the browser. */
  readonly machineSettings?: Settings;
  readonly workspaceSettings?: Settings;
}

export type Settings = Readonly<Record<string, unknown>>;

/** What would move by itself, ask, or cover the window. */
const QUIET: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  // Text is typed as a keyboard would: what the editor adds by itself would be typed twice.
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'keep',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.wordBasedSuggestions': 'off',
  'files.autoSave': 'off',
};

export class Profile {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-vscode-'));
  readonly workspace: string;
  readonly userData: string;
  readonly extensions: string;
  readonly home = path.join(this.folder, 'home');

  private constructor() {
    ({ workspace: this.workspace, userData: this.userData, extensions: this.extensions } = profileFolders(this.folder));
  }

  /** Makes the folder and all that is in it. */
  static async create(options: ProfileOptions = {}): Promise<Profile> {
    const profile = new Profile();
    for (const folder of [profile.workspace, profile.home, profile.extensions])
      fs.mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(options.files ?? {})) profile.write(name, text);
    profile.writeSettings({ ...QUIET, ...options.settings });
    if (options.machineSettings) profile.writeSettings(options.machineSettings, 'Machine');
    if (options.workspaceSettings) profile.write('.vscode/settings.json', JSON.stringify(options.workspaceSettings));
    if (options.hasModel ?? true) await linkModel(profile.home);
    return profile;
  }

  /** The absolute path of a file of the workspace. */
  file(name: string): string {
    return path.join(this.workspace, name);
  }

  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.file(name)), { recursive: true });
    fs.writeFileSync(this.file(name), text);
  }

  read(name: string): string {
    return fs.readFileSync(this.file(name), 'utf8');
  }

  settings(of: 'User' | 'Machine' = 'User'): Settings {
    const file = this.#settingsFile(of);
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Settings) : {};
  }

  /** Replaces the settings; a running VS Code sees it soon. */
  writeSettings(settings: Settings, of: 'User' | 'Machine' = 'User'): void {
    const file = this.#settingsFile(of);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(settings, null, 2));
  }

  /** What the extension's log channel has, of all windows so far. */
  log(): string {
    const logs = path.join(this.userData, 'logs');
    if (!fs.existsSync(logs)) return '';
    return fs
      .readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[/\\]steerscope\.steerscope[/\\][^/\\]*\.log$/.test(name))
      .sort()
      .map((name) => fs.readFileSync(path.join(logs, name), 'utf8'))
      .join('');
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #settingsFile(of: 'User' | 'Machine'): string {
    return path.join(this.userData, of, 'settings.json');
  }
}
