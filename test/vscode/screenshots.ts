/** `npm run screenshots`: the pictures of the README, taken of the package in VS Code over the real model. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Session } from './harness/session.ts';
import { until } from './harness/until.ts';

const FOLDER = fileURLToPath(new URL('../../media/screenshots', import.meta.url));
const TASK = '// Write a program that reads numbers, sorts them, and prints their mean and their median.\n\n\n';

const session = new Session({
  files: { 'statistics.cpp': TASK },
  settings: { 'steerscope.completion.maxTokensOnRequest': 160, 'workbench.colorTheme': 'Default Dark Modern' },
});

function keep(picture: string, name: string): void {
  fs.mkdirSync(FOLDER, { recursive: true });
  fs.copyFileSync(picture, path.join(FOLDER, `${name}.png`));
}

try {
  await session.start();
  const { editor } = session;
  await editor.page.setViewportSize({ width: 1200, height: 720 });
  await editor.ready();
  await editor.runCommand('View: Show Steerscope');
  await editor.openFile('statistics.cpp', 2);
  await editor.clickLens('C++');
  await editor.waitForGhostText((text) => text.includes('#include'));
  await editor.waitForStatus('C++');
  keep(await session.screenshot('readme/editor'), 'editor');
  await editor.closeAll();
  await editor.runCommand("Steerscope: Measure This Model's Language Bias");
  const panel = await editor.webview('h1:has-text("Language bias")');
  await until('the study is complete', async () => (await panel.locator('body').innerText()).includes('Complete'), {
    timeoutMs: 600_000,
  });
  await editor.page.setViewportSize({ width: 1200, height: 1000 });
  await editor.closeNotifications();
  keep(await session.screenshot('readme/bias'), 'bias');
} finally {
  await session.stop();
}
