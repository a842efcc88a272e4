/**
 * What a test file of a panel is given: one browser for all its tests, pages of the panel in it, and an end to all of it
 * whatever happens. Where there is no browser the tests are skipped with the reason; where CI is set they fail.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { ensureBuilt } from '../../../scripts/lib/bundle.mjs';
import { findBrowser } from '../../../scripts/lib/vscode.mjs';
import type { PanelId } from '../../../src/protocol/panels/panel.ts';
import type { ParamsSchemas, ServiceShape } from '../../../src/protocol/rpc.ts';
import { BROWSER_FLAGS } from '../../browserFlags.ts';
import { until } from '../../vscode/harness/until.ts';
import { PanelPage } from './panelPage.ts';
import { DARK, type PageTheme } from './themes.ts';

/** Pictures of pages on which a test failed, and those that a test takes; git ignores it. */
const OUTPUT = fileURLToPath(new URL('../../../test-output/webview', import.meta.url));

/** No figure of merit: a slow machine gets its time, and what hangs ends. */
const LIMIT_MS = 120_000;

export interface OpenOptions<Words> {
  readonly theme?: PageTheme;
  /** In CSS pixels. */
  readonly width?: number;
  readonly words?: Words;
}

/** The host of a panel as far as its page can see it: it shows what the test says. */
interface FakeHost<S> {
  show(snapshot: S): void;
}

/** A panel as it is tested. */
export interface TestedPanel<Service, Host, S, Words> {
  readonly id: PanelId;
  readonly schemas: ParamsSchemas<Service>;
  /** What is shown where a test says nothing else. */
  readonly idle: S;
  readonly hostOf: (snapshot: S, words?: Words) => Host;
}

export interface OpenedPanel<Host, S> {
  readonly panel: PanelPage;
  readonly host: Host;
  /** Shows another state, and resolves when it is drawn. */
  show(snapshot: S): Promise<void>;
  /** As when the tab was hidden and is seen again: the page is made anew, and nothing is left of the old one. */
  reload(): Promise<void>;
}

/** Opens a page on a state, and resolves when that is drawn. */
export type OpenPanel<Host, S, Words> = (snapshot?: S, options?: OpenOptions<Words>) => Promise<OpenedPanel<Host, S>>;

/** Why nothing can be shown here; false where it can. Throws where it must. */
function reasonToSkip(): string | false {
  const missing = process.env['STEERSCOPE_TEST_NO_BROWSER'] ?? (findBrowser() === undefined && 'missing: chromium');
  if (missing !== false && process.env['CI']) throw new Error(`CI is set, and these tests cannot run: ${missing}`);
  return missing;
}

/**
 * A browser for the tests of one file. At the end of each test, none of its pages may have logged an error or have been
 * refused anything by its policy, but those that the test has taken out of `errors` or read by `takeRefused`.
 */
export function usePanelPages<Service extends ServiceShape<Service>, Host extends Service & FakeHost<S>, S, Words>(
  tested: TestedPanel<Service, Host, S, Words>,
): (name: string, run: (open: OpenPanel<Host, S, Words>) => Promise<void>) => void {
  const skip = reasonToSkip();
  let browser: Browser | undefined;
  if (skip === false) {
    before(
      async () => {
        await ensureBuilt();
        browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: BROWSER_FLAGS });
      },
      { timeout: LIMIT_MS },
    );
    after(() => browser?.close(), { timeout: LIMIT_MS });
  }
  return (name, run) => {
    void test(name, { skip, timeout: LIMIT_MS }, async () => {
      const pages: PanelPage[] = [];
      try {
        await run(async (snapshot = tested.idle, options = {}) => {
          assert.ok(browser, 'the browser has not been started');
          const { theme = DARK, words, ...size } = options;
          const host = tested.hostOf(snapshot, words);
          const { id, schemas } = tested;
          const panel = await PanelPage.open<Service>(browser, { id, theme, service: host, schemas, ...size });
          const opened = await openedPanel<Host, S>(panel, host);
          pages.push(opened.panel);
          return opened;
        });
        for (const panel of pages) assert.deepEqual([panel.errors, await panel.takeRefused()], [[], []]);
      } catch (error) {
        await keepEvidence(pages, name);
        throw error;
      } finally {
        await Promise.all(pages.map((panel) => panel.close()));
      }
    });
  };
}

async function openedPanel<Host extends FakeHost<S>, S>(panel: PanelPage, host: Host): Promise<OpenedPanel<Host, S>> {
  await drawn(panel);
  const show = async (next: S): Promise<void> => {
    host.show(next);
    await panel.settle();
  };
  const reload = async (): Promise<void> => {
    await panel.page.reload();
    await drawn(panel);
  };
  return { panel, host, show, reload };
}

/** Resolves when the first state has been drawn. */
async function drawn(panel: PanelPage): Promise<void> {
  await until('the first state', () => panel.page.evaluate('window.keptState !== undefined'));
  await panel.settle();
}

/** Keeps a picture in the folder of outputs; its path. */
export async function screenshot({ page }: PanelPage, name: string): Promise<string> {
  const file = path.join(OUTPUT, `${name.replaceAll(/[^\w/-]+/g, '-').slice(0, 100)}.png`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, fullPage: true });
  return file;
}

async function keepEvidence(pages: readonly PanelPage[], name: string): Promise<void> {
  for (const [i, panel] of pages.entries())
    try {
      console.error(`Picture: ${await screenshot(panel, `failed/${name}-${i}`)}`);
    } catch (error) {
      // The failure of the test is the one to tell; that its picture could not be taken is said beside it.
      console.error(`no picture: ${String(error)}`);
    }
}
