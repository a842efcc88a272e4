/** A panel that is opened and closed: the bias panel, from a study among the past runs, so that nothing is measured. */
import type { Session } from '../vscode/harness/session.ts';
import type { Editor } from '../vscode/harness/editor.ts';
import { until } from '../vscode/harness/until.ts';
import { MemoryWatch, type MemorySample } from './memory.ts';
import { completeOnce } from './soakSession.ts';

const PANEL = 'h1:has-text("Language bias")';

/** Opens and closes the panel `count` times and yields after each. @throws Error where a process ends meanwhile */
export async function* panelCycles(session: Session, count: number): AsyncGenerator<MemorySample> {
  const { editor } = session;
  await completeOnce(editor);
  await keepStudy(editor);
  await editor.runCommand('Steerscope: Focus on Past Runs View');
  const study = editor.rows('Past Runs').first();
  const watch = await MemoryWatch.of(session);
  for (let cycle = 0; cycle < count; cycle++) {
    await study.click();
    const panel = await editor.webview(PANEL);
    await panel.locator('figure table tbody tr').first().waitFor({ state: 'attached' });
    yield watch.sample();
    await closePanel(editor);
  }
}

/** A study that is cut short is kept as a past run too, once a batch of its answers is there and drawn. */
async function keepStudy(editor: Editor): Promise<void> {
  await editor.runCommand("Steerscope: Measure This Model's Language Bias");
  const panel = await editor.webview(PANEL);
  await until('a batch of answers is drawn', async () => (await panel.locator('.card').count()) > 0);
  await panel.locator('vscode-button', { hasText: 'Cancel' }).click();
  await panel.locator('vscode-button', { hasText: 'Measure' }).waitFor();
  await closePanel(editor);
}

async function closePanel(editor: Editor): Promise<void> {
  await editor.page.locator('.tab.active', { hasText: 'Language Bias' }).locator('.codicon-close').click();
  await until('the panel is gone', () => !editor.page.frames().some((frame) => frame.url().includes('fake.html')));
}
