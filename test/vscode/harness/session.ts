/**
 * What a test file is given: VS Code with the packaged extension in an empty profile, one window, and an end to all of it
 * whatever happens. Where there is no VS Code the tests are skipped with the reason; where CI is set they fail with it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ensurePackage } from '../../../scripts/lib/package.mjs';
import { ownTarget } from '../../../scripts/lib/packageFiles.mjs';
import { findVSCode } from '../../../scripts/lib/vscode.mjs';
import { BROWSER_FLAGS } from '../../browserFlags.ts';
import { Editor } from './editor.ts';
import { Processes } from './processes.ts';
import { Profile, type ProfileOptions } from './profile.ts';
import { Server, installExtension, type ServerOptions } from './server.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Pictures of the main states, and of windows in which a test failed; git ignores it. */
export const OUTPUT = path.join(ROOT, 'test-output', 'vscode');

const MINUTE_MS = 60_000;

export type SessionOptions = ProfileOptions & ServerOptions;

export class Session {
  readonly processes = new Processes();
  #profile: Profile | undefined;
  #server: Server | undefined;
  #browser: Browser | undefined;
  /** One for all windows: what VS Code keeps of a workspace is kept in it. */
  #context: BrowserContext | undefined;
  #editor: Editor | undefined;

  constructor(private readonly options: SessionOptions) {
    // Whatever ends this process ends the others.
    process.once('exit', () => {
      this.processes.killAll();
      this.#profile?.remove();
    });
  }

  get editor(): Editor {
    if (!this.#editor) throw new Error('VS Code has not been started');
    return this.#editor;
  }

  get profile(): Profile {
    if (!this.#profile) throw new Error('VS Code has not been started');
    return this.#profile;
  }

  /** Installs the package into a new profile, starts VS Code and opens a window on its workspace. */
  async start(): Promise<void> {
    const { chromium: program, missing } = findVSCode();
    const target = ownTarget();
    if (missing !== undefined) throw new Error(missing);
    if (target === undefined) throw new Error('there is no package for this platform');
    const [{ file }, profile] = await Promise.all([ensurePackage(target), Profile.create(this.options)]);
    this.#profile = profile;
    await installExtension(file, profile, this.processes);
    this.#server = await Server.start(profile, this.processes, this.options);
    this.#browser = await chromium.launch({
      executablePath: program,
      args: BROWSER_FLAGS,
      env: environment(this.processes),
    });
    this.#context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    await this.openWindow();
  }

  /** Opens a window on the workspace, in place of the one that is open. */
  async openWindow(): Promise<Editor> {
    await this.closeWindow();
    const { url } = this.#server ?? {};
    if (!this.#context || url === undefined) throw new Error('VS Code has not been started');
    const page = await this.#context.newPage();
    this.#editor = new Editor(page, this.profile);
    await page.goto(`${url}/?folder=${encodeURIComponent(this.profile.workspace)}`);
    return this.#editor;
  }

  /** Closes the window as its user does; no question is asked of unsaved files. */
  async closeWindow(): Promise<void> {
    const { page } = this.#editor ?? {};
    this.#editor = undefined;
    if (!page) return;
    page.on('dialog', (dialog) => void dialog.accept());
    // Leaving the page is what closing a tab does; a page that is closed by the driver says goodbye to nobody.
    await page.goto('about:blank');
    await page.close();
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#server?.stop();
    await this.processes.endAll();
    this.#profile?.remove();
  }

  /** Keeps a picture of the window in the folder of outputs; its path. */
  async screenshot(name: string, page: Page = this.editor.page): Promise<string> {
    const file = path.join(OUTPUT, `${name}.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    return file;
  }
}

/** Why nothing can be run in VS Code here; false where it can. Throws where it must. */
function reasonToSkip(): string | false {
  const missing = process.env['STEERSCOPE_TEST_NO_VSCODE'] ?? findVSCode().missing;
  if (missing === undefined) return false;
  if (process.env['CI']) throw new Error(`CI is set, and these tests cannot run: ${missing}`);
  return missing;
}

export interface Scenarios {
  readonly session: Session;
  /** A test in the window of the file. Where it fails, a picture and the log are kept. */
  readonly scenario: (name: string, run: (editor: Editor, session: Session) => Promise<void>) => void;
}

/** VS Code for the tests of one file: started before them, ended after them. */
export function useVSCode(options: SessionOptions = {}): Scenarios {
  const skip = reasonToSkip();
  const session = new Session(options);
  if (!skip) {
    before(() => session.start(), { timeout: 10 * MINUTE_MS });
    after(() => session.stop(), { timeout: 2 * MINUTE_MS });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  }
  const scenario: Scenarios['scenario'] = (name, run) => {
    void test(name, { skip, timeout: 5 * MINUTE_MS }, async () => {
      try {
        await run(session.editor, session);
      } catch (error) {
        await keepEvidence(session, name);
        throw error;
      }
    });
  };
  return { session, scenario };
}

async function keepEvidence(session: Session, name: string): Promise<void> {
  const place = `failed/${name.replaceAll(/[^\w-]+/g, '-').slice(0, 80)}`;
  try {
    console.error(`Picture: ${await session.screenshot(place)}`);
    console.error(session.profile.log().split('\n').slice(-30).join('\n'));
  } catch (error) {
    // The failure of the test is the one to tell; that its picture could not be taken is said beside it.
    console.error(`no picture: ${String(error)}`);
  }
}

function environment(processes: Processes): Record<string, string> {
  const entries = Object.entries(processes.environment());
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
