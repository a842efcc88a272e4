/**
 * A panel's page in a real browser, as the editor shows it: the same document and bundle, under the same policy, with
 * the variables of a theme, and at the other end of its messages the host's own channel and RPC. No port is opened: the
 * browser asks for files of an address that does not exist, and is given them here.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { panelHtml, type PageParts } from '../../../src/host/panels/panelHtml.ts';
import { PageChannels, type PageMessage } from '../../../src/protocol/panels/pageChannel.ts';
import { FRAME_WORDS, framed, type FrameService } from '../../../src/protocol/panels/frame.ts';
import type { PanelId } from '../../../src/protocol/panels/panel.ts';
import { serve } from '../../../src/protocol/rpc.ts';
import type { ParamsSchemas, ServiceShape } from '../../../src/protocol/rpc.ts';
import { RECORDER } from './canvasRecorder.ts';
import type { PageTheme } from './themes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ORIGIN = 'https://panel.test';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** What the editor puts into a page: its API, and the theme; and a list of what the policy refused. */
function editorScript(theme: PageTheme): string {
  return `{
    const theme = ${JSON.stringify(theme)};
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
    window.applyTheme = ({ kind, name, variables }) => {
      const { style } = document.documentElement;
      for (const variable of [...style]) if (variable.startsWith('--vscode-')) style.removeProperty(variable);
      for (const [variable, value] of Object.entries(variables)) style.setProperty('--vscode-' + variable, value);
      if (!document.body) return;
      // The class of any high contrast is set with the light one too, as the editor does for older pages.
      document.body.className = kind === 'vscode-high-contrast-light' ? kind + ' vscode-high-contrast' : kind;
      Object.assign(document.body.dataset, { vscodeThemeKind: kind, vscodeThemeName: name, vscodeThemeId: name });
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

/** The style that the editor puts before everything else in a page, as far as it concerns ours. */
const EDITOR_STYLE = `<style>
  body { background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  code { background-color: var(--vscode-textPreformat-background); padding: 1px 3px; }
</style>`;

/** As the editor delivers a message: from its text, so that a name like `__proto__` is a field of it and nothing more. */
function posting(message: unknown): string {
  return `window.postMessage(JSON.parse(${JSON.stringify(JSON.stringify(message))}), '*')`;
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
  /** What the page's policy let out to other addresses than its own; they all answer. */
  readonly requests: string[] = [];
  /** What was put on the clipboard, and the names of the pictures that were saved. */
  readonly copied: string[] = [];
  readonly saved: { readonly name: string; readonly png: string }[] = [];
  /** The id that the page has given itself. */
  pageId = '';

  private constructor(readonly page: Page) {}

  static async open<S extends ServiceShape<S>>(browser: Browser, options: PanelPageOptions<S>): Promise<PanelPage> {
    const { id, theme, service, schemas, width = 1000 } = options;
    const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1 });
    const panel = new PanelPage(page);
    page.on('pageerror', (error) => panel.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') panel.errors.push(message.text());
    });
    const channels = new PageChannels(
      // A page that was closed meanwhile takes no more messages.
      (message) => void panel.post(message).catch(() => undefined),
      (channel) => void serve(channel, withFrame(service, panel), framed(schemas)),
    );
    page.on('close', () => channels.close());
    await page.exposeFunction('toHost', (message: PageMessage) => {
      panel.pageId = message.page;
      channels.receive(message);
    });
    await page.addInitScript(editorScript(theme));
    await page.addInitScript(RECORDER);
    const parts = {
      id,
      cspSource: ORIGIN,
      scriptUri: `${ORIGIN}/panels.js`,
      styleUri: `${ORIGIN}/panels.css`,
      language: 'en',
    };
    await page.route('**/*', (route) => {
      panel.requests.push(route.request().url());
      return route.fulfill({ contentType: 'text/javascript', body: 'window.ran = true' });
    });
    await page.route(`${ORIGIN}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const nonce = randomBytes(16).toString('base64');
      if (name === '') return route.fulfill({ contentType: 'text/html', body: documentOf({ ...parts, nonce }) });
      const body = await readFile(path.join(ROOT, 'dist', 'webview', name)).catch(() => undefined);
      if (body === undefined) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ contentType: TYPES[path.extname(name)] ?? 'text/plain', body });
    });
    await page.goto(`${ORIGIN}/`);
    return panel;
  }

  /** Delivers a message to the page, whatever it is. */
  async post(message: unknown): Promise<void> {
    await this.page.evaluate(posting(message));
  }

  /** What the policy has refused since the last time. */
  takeRefused(): Promise<readonly string[]> {
    return this.page.evaluate('window.refused.splice(0)');
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async setTheme(theme: PageTheme): Promise<void> {
    await this.page.evaluate(`window.applyTheme(${JSON.stringify(theme)})`);
  }

  /** Resolves when everything that was sent has come to the page: messages keep their order. */
  async delivered(): Promise<void> {
    await this.page.evaluate(`new Promise((done) => {
      addEventListener('message', function listener({ data }) {
        if (data !== 'delivered') return;
        removeEventListener('message', listener);
        done();
      });
      postMessage('delivered', '*');
    })`);
  }

  /** Resolves when everything that was sent is drawn, and drawn again where that made room for it. */
  async settle(): Promise<void> {
    await this.delivered();
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }
}

/** The service of a panel with what the host adds to each. */
function withFrame<S extends ServiceShape<S>>(service: S, panel: PanelPage): S & FrameService {
  const frame: FrameService = {
    frameWords: async () => FRAME_WORDS,
    copy: async ({ text }) => {
      panel.copied.push(text);
      return null;
    },
    savePicture: async (picture) => {
      panel.saved.push(picture);
      return null;
    },
  };
  // Over the service and not a copy of it: its methods are its class's.
  return Object.assign(Object.create(service) as S, frame);
}

function documentOf(parts: PageParts): string {
  return panelHtml(parts).replace('<head>', `<head>${EDITOR_STYLE}`);
}
