/**
 * A panel's page in a real browser, as the editor shows it: the same document and bundle, under the same policy, with
 * the variables of a theme, and at the other end of its messages the host's own channel and RPC. No port is opened: the
 * browser asks for files of an address that does not exist, and is given them here.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findProgram } from '../../../scripts/lib/system.mjs';
import { panelHtml } from '../../../src/host/panels/panelHtml.ts';
import { PageChannels } from '../../../src/protocol/panels/pageChannel.ts';
import type { PanelId } from '../../../src/protocol/panels/panel.ts';
import { serve } from '../../../src/protocol/rpc.ts';
import type { ParamsSchemas, ServiceShape } from '../../../src/protocol/rpc.ts';
import type { PageTheme } from './themes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ORIGIN = 'https://panel.test';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** The browser, or why there is none. */
export function findBrowser(): { readonly file: string } | { readonly missing: string } {
  const file = findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');
  return file === undefined ? { missing: 'missing: chromium' } : { file };
}

export function launchBrowser(file: string): Promise<Browser> {
  return chromium.launch({ executablePath: file, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
}

/** What the editor puts into a page: its API, and the theme; and a list of what the policy refused. */
function editorScript(theme: PageTheme): string {
  return `{
    const theme = ${JSON.stringify(theme)};
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
    window.applyTheme = (next) => {
      for (const name of [...document.documentElement.style]) document.documentElement.style.removeProperty(name);
      for (const [name, value] of Object.entries(next.variables)) document.documentElement.style.setProperty('--vscode-' + name, value);
      if (document.body) document.body.className = next.bodyClass;
    };
    const observer = new MutationObserver(() => {
      if (document.documentElement) window.applyTheme(theme);
      if (document.body) observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true });
    let acquired = false;
    window.acquireVsCodeApi = () => {
      if (acquired) throw new Error('acquired twice');
      acquired = true;
      return { postMessage: (message) => void window.toHost(message), setState: (state) => { window.keptState = state; } };
    };
  }`;
}

export interface PanelPageOptions<S extends ServiceShape<S>> {
  readonly id: PanelId;
  readonly theme: PageTheme;
  readonly service: S;
  readonly schemas: ParamsSchemas<S>;
  readonly width?: number;
}

export class PanelPage {
  /** What went wrong in the page: errors that nobody caught, and what the browser logged as errors. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {}

  static async open<S extends ServiceShape<S>>(browser: Browser, options: PanelPageOptions<S>): Promise<PanelPage> {
    const { id, theme, service, schemas, width = 1000 } = options;
    const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1.5 });
    const panel = new PanelPage(page);
    page.on('pageerror', (error) => panel.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') panel.errors.push(message.text());
    });
    const channels = new PageChannels(
      // A page that was closed meanwhile takes no more messages.
      (message) => void page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`).catch(() => undefined),
      (channel) => void serve(channel, service, schemas),
    );
    page.on('close', () => channels.close());
    await page.exposeFunction('toHost', (message: unknown) => channels.receive(message));
    await page.addInitScript(editorScript(theme));
    const parts = {
      id,
      cspSource: ORIGIN,
      scriptUri: `${ORIGIN}/panels.js`,
      styleUri: `${ORIGIN}/panels.css`,
      language: 'en',
    };
    await page.route(`${ORIGIN}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const nonce = randomBytes(16).toString('base64');
      if (name === '') return route.fulfill({ contentType: 'text/html', body: panelHtml({ ...parts, nonce }) });
      const body = await readFile(path.join(ROOT, 'dist', 'webview', name)).catch(() => undefined);
      if (body === undefined) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ contentType: TYPES[path.extname(name)] ?? 'text/plain', body });
    });
    await page.goto(`${ORIGIN}/`);
    return panel;
  }

  /** What the policy refused so far. */
  refused(): Promise<readonly string[]> {
    return this.page.evaluate('window.refused');
  }

  async setTheme(theme: PageTheme): Promise<void> {
    await this.page.evaluate(`window.applyTheme(${JSON.stringify(theme)})`);
  }

  /** Resolves when everything that was sent is drawn. */
  async settle(): Promise<void> {
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }
}
