/**
 * A window of VS Code in a browser, driven as its user would: keys and clicks. Reads only what is drawn, and the files that
 * it saves.
 */
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import type { Profile } from './profile.ts';
import { until, type UntilOptions } from './until.ts';

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

const THEMES: Readonly<Record<Theme, { readonly name: string; readonly className: string }>> = {
  dark: { name: 'Default Dark Modern', className: 'vs-dark' },
  light: { name: 'Default Light Modern', className: 'vs' },
  'high-contrast': { name: 'Dark High Contrast', className: 'hc-black' },
  'high-contrast-light': { name: 'Light High Contrast', className: 'hc-light' },
};

/** The editor that has, or had last, the focus. */
const ACTIVE = '.editor-group-container.active';
const LENSES = `${ACTIVE} .codelens-decoration:visible`;

export class Editor {
  constructor(
    readonly page: Page,
    readonly profile: Profile,
  ) {}

  /** Waits until the workbench and the extension are there. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await until('the extension shows its item in the status bar', () => this.statusText());
  }

  press(...keys: readonly string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Types into whatever has the focus, key by key. */
  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  // The palette, and what asks in its place

  /** Runs a command by its title. */
  async runCommand(title: string): Promise<void> {
    await this.#ask('F1', `>${title}`, title);
  }

  /** The titles that the palette offers for a text. */
  async offeredCommands(text: string): Promise<string[]> {
    await this.#open('F1', `>${text}`);
    const titles = await until('the palette answers', async () => {
      const rows = await this.quickItems();
      return rows.length > 0 && rows;
    });
    await this.closeQuickInput();
    return titles.filter((title) => title !== 'No matching commands');
  }

  get #quickRows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** The labels of what a list of choices offers. */
  async quickItems(): Promise<string[]> {
    const labels = this.#quickRows.locator('.quick-input-list-row:first-child .monaco-icon-label .label-name');
    return (await labels.allTextContents()).map(plain);
  }

  /** The text above a list of choices. */
  async quickTitle(): Promise<string> {
    return plain((await this.page.locator('.quick-input-title').textContent()) ?? '');
  }

  /** Chooses the first item whose label has the text. */
  async pick(text: string): Promise<void> {
    const row = this.#quickRows.filter({ hasText: text }).first();
    await row.waitFor();
    await row.click();
  }

  /**
   * Answers a dialog that asks for a file, which a browser shows as an input. Until the dialog has read the folder that was
   * typed, Enter goes to whatever it offered before: it is asked again until it is closed, or another stands in its place.
   */
  async typePath(file: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    const title = await this.quickTitle();
    await until(`the dialog "${title}" takes ${file}`, async () => {
      if (!(await input.isVisible()) || (await this.quickTitle()) !== title) return true;
      await input.fill(file);
      await this.#quickRows
        .filter({ hasText: path.basename(file) })
        .first()
        .waitFor({ timeout: 2000 });
      await this.press('Enter');
      await this.page.waitForTimeout(500);
      return false;
    });
  }

  /** Answers a question for a text. */
  async typeAnswer(title: string, answer: string): Promise<void> {
    await until(`"${title}" is asked`, async () => (await this.quickTitle()).includes(title));
    await this.page.locator('.quick-input-widget input.input').fill(answer);
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async closeQuickInput(): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    // A key that comes before the list has the focus is lost.
    await until('the list is closed', async () => {
      await this.press('Escape');
      await widget.waitFor({ state: 'hidden', timeout: 2000 });
      return true;
    });
  }

  async #open(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await until('the input at the top opens', async () => {
      if (await input.isVisible()) return true;
      await this.press(key);
      await input.waitFor({ timeout: 2000 });
      return true;
    });
    await input.fill(text);
  }

  /** Asks anew until the answer is offered: what the palette offers it looked up when it was opened. */
  async #ask(key: string, text: string, label: string): Promise<void> {
    const row = this.#quickRows.filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) }).first();
    await until(`"${label}" is offered`, async () => {
      await this.#open(key, text);
      try {
        await row.click({ timeout: 3000 });
        return true;
      } catch (error) {
        await this.closeQuickInput();
        throw error;
      }
    });
  }

  // Files and text

  /** Opens a file of the workspace, with the cursor at a line and column, from 1. */
  async openFile(name: string, line = 1, column = 1): Promise<void> {
    const base = name.split('/').at(-1) ?? name;
    await this.#ask('Control+p', name, base);
    await this.page.locator(`.tab.active[data-resource-name="${base}"]`).waitFor();
    await this.page.locator(`${ACTIVE} .monaco-editor .view-lines`).waitFor();
    await this.goTo(line, column);
  }

  /** Puts the cursor into the text of the active editor. */
  async goTo(line: number, column: number): Promise<void> {
    await this.#open('Control+g', `:${line}:${column}`);
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await until(`the cursor is at ${line}:${column}`, async () =>
      plain((await this.page.locator('[id="status.editor.selection"]').textContent()) ?? '').startsWith(
        `Ln ${line}, Col ${column}`,
      ),
    );
  }

  /** Replaces all of the active document. */
  async replaceAll(text: string): Promise<void> {
    await this.press('Control+a', 'Delete');
    await this.page.keyboard.insertText(text);
  }

  /** Saves the active file and reads it. */
  async savedText(name: string): Promise<string> {
    await this.press('Control+s');
    const base = name.split('/').at(-1) ?? name;
    await this.page.locator(`.tab.active[data-resource-name="${base}"]:not(.dirty)`).waitFor();
    return this.profile.read(name);
  }

  /** Closes every editor, and throws away what was not saved. */
  async closeAll(): Promise<void> {
    await until('all editors are closed', async () => {
      const tabs = this.page.locator('.tab');
      if ((await tabs.count()) === 0) return true;
      await this.runCommand('View: Revert and Close Editor');
      return false;
    });
  }

  /** What the extension writes behind the ends of lines, from the top. */
  lineEnds(): Promise<string[]> {
    return this.page.locator(`${ACTIVE} .view-line span`).evaluateAll((elements) =>
      elements
        .map((element) => element.ownerDocument.defaultView?.getComputedStyle(element, '::after').content ?? '')
        .filter((content) => content.startsWith('"'))
        .map((content) => content.slice(1, -1).replaceAll('\u00a0', ' ').trim()),
    );
  }

  // Completions and lenses

  /** The grey text as it is drawn, with its lines; an empty string where there is none. */
  async ghostText(): Promise<string> {
    const inline = ['.ghost-text-decoration', '.ghost-text-decoration-preview'];
    const places = [...inline, '.suggest-preview-text .view-line'].map((place) => `${ACTIVE} ${place}`);
    const parts = await this.page.locator(places.join(', ')).evaluateAll((elements) =>
      elements.map((element) => ({
        top: element.getBoundingClientRect().top,
        text: element.textContent,
      })),
    );
    // Parts of one line have one height; the lines below are one part each.
    const lines = new Map<number, string>();
    for (const { top, text } of parts) lines.set(top, `${lines.get(top) ?? ''}${text ?? ''}`);
    return [...lines]
      .sort(([a], [b]) => a - b)
      .map(([, text]) => spaced(text))
      .join('\n');
  }

  /** Waits for grey text that has been drawn whole: of any kind, or for which `isWanted`. */
  async waitForGhostText(isWanted: (text: string) => boolean = () => true, options?: UntilOptions): Promise<string> {
    let before: string | undefined;
    const settled = async (): Promise<string | false> => {
      const text = await this.ghostText();
      const isSettled = text === before;
      before = text;
      return isSettled && text !== '' && isWanted(text) && text;
    };
    return until('grey text', settled, options);
  }

  /** Waits until no grey text is drawn. */
  async waitForNoGhostText(): Promise<void> {
    await until('no grey text', async () => (await this.ghostText()) === '');
  }

  /** The code lenses that are drawn, from the top, each row by its titles; what is in force has `✓ ` before it. */
  async lenses(): Promise<string[][]> {
    return (await this.#lensRows()).map(({ titles }) => titles);
  }

  /** Clicks the lens with a title in a row, counted from the top. */
  async clickLens(title: string, row = 0): Promise<void> {
    await until(`the lens "${title}" in row ${row}`, async () => {
      const { index, titles } = (await this.#lensRows())[row] ?? {};
      const place = titles?.findIndex((shown) => shown.includes(title)) ?? -1;
      if (index === undefined || place < 0) return false;
      await this.page.locator(LENSES).nth(index).locator('a').nth(place).click({ timeout: 2000 });
      return true;
    });
  }

  /** The rows of lenses from the top: where each is among those that are drawn, and its titles. */
  async #lensRows(): Promise<{ readonly index: number; readonly titles: string[] }[]> {
    const rows = await this.page.locator(LENSES).evaluateAll((elements) =>
      elements.map((row, index) => ({
        index,
        top: row.getBoundingClientRect().top,
        // A mark is an icon, which has no text of its own.
        titles: [...row.querySelectorAll('a')].map(
          (link) => `${link.querySelector('.codicon-check') ? '✓ ' : ''}${link.textContent?.trim() ?? ''}`,
        ),
      })),
    );
    return rows
      .sort((a, b) => a.top - b.top)
      .map(({ index, titles }) => ({ index, titles: titles.map((title) => plain(title)) }));
  }

  // What the extension shows elsewhere

  /** The text of the extension's item in the status bar, undefined where it has none. */
  async statusText(): Promise<string | undefined> {
    const item = this.page.locator('.statusbar-item[id$="steerscope.status"]');
    return (await item.count()) === 0 ? undefined : plain((await item.textContent()) ?? '');
  }

  /** True while the item says that something is being completed or opened. */
  async isWorking(): Promise<boolean> {
    return (await this.page.locator('.statusbar-item[id$="steerscope.status"] .codicon-sync').count()) > 0;
  }

  async waitForStatus(text: string): Promise<string> {
    return until(`the status bar says "${text}"`, async () => {
      const shown = await this.statusText();
      return shown?.includes(text) && shown;
    });
  }

  /** What notifications say, the newest first. */
  async notifications(): Promise<string[]> {
    return (await this.page.locator('.notification-toast .notification-list-item-message').allTextContents()).map(
      plain,
    );
  }

  async waitForNotification(text: string): Promise<string> {
    const others = new Set<string>();
    try {
      return await until(`a notification says "${text}"`, async () => {
        const shown = await this.notifications();
        for (const message of shown) others.add(message);
        return shown.find((message) => message.includes(text));
      });
    } catch (error) {
      throw new Error(`no notification says "${text}"; there were: ${[...others].join(' | ') || 'none'}`, {
        cause: error,
      });
    }
  }

  /** Clicks a button of the notification that says `text`. */
  async clickNotification(text: string, button: string): Promise<void> {
    const toast = this.page.locator('.notification-toast').filter({ hasText: text });
    await toast.locator('.monaco-button', { hasText: button }).first().click();
  }

  async closeNotifications(): Promise<void> {
    await until('no notification is left', async () => {
      if ((await this.page.locator('.notification-toast').count()) === 0) return true;
      await this.runCommand('Notifications: Clear All Notifications');
      return false;
    });
  }

  /** The rows of a view in the side bar. */
  rows(view: string): Locator {
    const header = this.page.locator('.pane-header', { hasText: view });
    return this.page.locator('.pane').filter({ has: header }).locator('.monaco-list-row');
  }

  /** The document inside a webview that has an element for the selector. */
  webview(selector: string): Promise<Frame> {
    return until(`a webview with ${selector}`, async () => {
      for (const frame of this.page.frames())
        if (frame.url().includes('fake.html') && (await frame.locator(selector).count()) > 0) return frame;
      return undefined;
    });
  }

  // The window

  /** Reloads the window as its user would. */
  async reload(): Promise<void> {
    const reloaded = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await this.runCommand('Developer: Reload Window');
    await reloaded;
    await this.ready();
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, className } = THEMES[theme];
    await this.runCommand('Preferences: Color Theme');
    // What is not in sight of a long list is not drawn.
    await this.page.locator('.quick-input-widget input.input').fill(name);
    await this.pick(name);
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }
}

function plain(text: string): string {
  return spaced(text).trim();
}

/** The spaces that an editor draws are no-break ones. */
function spaced(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
