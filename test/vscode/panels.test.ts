/** The bias panel in VS Code, over the real model: measured, cancelled, gone on without it, there again. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { Editor, Theme } from './harness/editor.ts';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';

const MEASURE = "Steerscope: Measure This Model's Language Bias";
const THEMES: readonly Theme[] = ['light', 'dark', 'high-contrast', 'high-contrast-light'];

const { session, scenario } = useVSCode({ files: { 'main.cpp': '// Adds two numbers.\n\n\n' } });

function panelOf(editor: Editor): Promise<Frame> {
  return editor.webview('h1:has-text("Language bias")');
}

function button(panel: Frame, label: string): Promise<void> {
  return panel.locator('vscode-button', { hasText: label }).click();
}

/** Waits for the bar of a study under way to name answers. */
async function waitForAnswers(panel: Frame): Promise<void> {
  const bar = panel.locator('[role=progressbar]');
  await until('answers come', async () => Number(await bar.getAttribute('aria-valuenow')) > 0);
}

scenario('the command opens the panel and measures, with figures; Cancel ends it', async (editor) => {
  await editor.ready();
  await editor.runCommand(MEASURE);
  const panel = await panelOf(editor);
  await waitForAnswers(panel);
  assert.match((await panel.locator('.progress .hint').textContent()) ?? '', /^\d+ of \d+ answers · /);
  await button(panel, 'Cancel');
  await panel.locator('vscode-button', { hasText: 'Measure' }).waitFor();
  assert.equal(await panel.locator('.progress').isVisible(), false);
});

scenario('a small study goes on while its panel is closed, and is shown when it is done', async (editor) => {
  const panel = await panelOf(editor);
  await panel.locator('#prompts').focus();
  // One up from twelve, in a list that is closed.
  await editor.press('ArrowUp');
  await panel.locator('.hint', { hasText: /^54 answers/ }).waitFor();
  const sweep = panel.locator('vscode-checkbox');
  await sweep.click();
  await panel.locator('.hint', { hasText: /^18 answers/ }).waitFor();
  await button(panel, 'Measure');
  await waitForAnswers(panel);
  await editor.runCommand('View: Close Editor');
  await editor.waitForNotification('Measuring the language bias');
  await editor.waitForNotification('The language bias is measured');
  await editor.clickNotification('The language bias is measured', 'Show');
  const again = await panelOf(editor);
  await again.locator('figure table tbody tr').first().waitFor({ state: 'attached' });
  const cards = await again.locator('.card').allInnerTexts();
  assert.equal(cards.length, 3, cards.join('\n'));
});

scenario('it looks right in every theme', async (editor) => {
  const panel = await panelOf(editor);
  for (const theme of THEMES) {
    await editor.setTheme(theme);
    await until('the panel has the theme', async () =>
      /vscode-(light|dark|high-contrast|high-contrast-light)/.test(
        (await panel.locator('body').getAttribute('class')) ?? '',
      ),
    );
    await session.screenshot(`bias-${theme}`);
  }
  await editor.setTheme('light');
});

scenario('after a reload of the window the study is there again', async (editor) => {
  const cardsOf = async (): Promise<string[]> => (await panelOf(editor)).locator('.card').allInnerTexts();
  const before = await cardsOf();
  await editor.reload();
  assert.deepEqual(await until('the cards', async () => (await cardsOf()).length > 0 && (await cardsOf())), before);
});

scenario('past runs are in their view: opened by a click, removed after a yes', async (editor) => {
  await editor.closeAll();
  await editor.runCommand('Steerscope: Focus on Past Runs View');
  const rows = editor.rows('Past Runs');
  await until('the study is listed', async () => (await rows.count()) === 1);
  await rows.first().click();
  await panelOf(editor);
  // The panel has the focus now.
  await rows.first().hover();
  await rows.first().locator('.action-label[aria-label*="Remove"]').click();
  await editor.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
  await until('the view is empty', async () => (await rows.count()) === 0);
});
