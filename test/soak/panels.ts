/** Panels that are opened and closed, one kind after another, each until its first picture or its setup is there. */
import type { Session } from '../vscode/harness/session.ts';
import type { Editor } from '../vscode/harness/editor.ts';
import { until } from '../vscode/harness/until.ts';
import { MemoryWatch, type MemorySample } from './memory.ts';
import { READ_FILE, completeOnce } from './soakSession.ts';

interface SoakedPanel {
  readonly tab: string;
  readonly heading: string;
  /** Reads all of a file of the workspace, a line where none is named. */
  readonly open: (editor: Editor, file?: string) => Promise<void>;
  /** Shows that the page has drawn what it was opened for. */
  readonly ready: string;
}

/** A picture says in words what it shows as soon as it has figures. */
const PICTURE = 'figure canvas[aria-label]:visible';

const BIAS: SoakedPanel = {
  tab: 'Language Bias',
  heading: 'Language bias',
  // From a study among the past runs, so that nothing is measured.
  open: (editor) => editor.rows('Past Runs').first().click(),
  ready: 'figure table tbody tr',
};

/** The panels that read the model, anew each time. */
export const READING_PANELS: readonly SoakedPanel[] = [
  byCommand('Layers', 'See the Layers of This Text', PICTURE),
  byCommand('Probes', 'Which Language Does the Model Think Each Token Is In?', PICTURE),
  byCommand('Compare steerings', 'Compare Steerings', PICTURE),
  byCommand('Intervene', 'Intervene in the Model', '.token'),
];

export const SOAKED_PANELS: readonly SoakedPanel[] = [BIAS, ...READING_PANELS];

function byCommand(heading: string, command: string, ready: string): SoakedPanel {
  const open = async (editor: Editor, file = READ_FILE): Promise<void> => {
    await editor.openFile(file, 1);
    await editor.press('Control+a');
    await editor.runCommand(`Steerscope: ${command}`);
  };
  return { tab: heading, heading, open, ready };
}

/** Opens and closes `count` panels and yields after each. @throws Error where a process ends meanwhile */
export async function* panelCycles(session: Session, count: number): AsyncGenerator<MemorySample> {
  const { editor } = session;
  await completeOnce(editor);
  await keepStudy(editor);
  await editor.runCommand('Steerscope: Focus on Past Runs View');
  const watch = await MemoryWatch.of(session);
  for (let cycle = 0; cycle < count; cycle++) {
    const panel = SOAKED_PANELS[cycle % SOAKED_PANELS.length];
    await openPanel(editor, panel);
    yield watch.sample();
    await closePanel(editor, panel);
  }
}

/** Opens a panel and resolves when it has drawn. */
export async function openPanel(editor: Editor, panel: SoakedPanel, file?: string): Promise<void> {
  await panel.open(editor, file);
  const page = await editor.webview(`h1:has-text("${panel.heading}")`);
  await page.locator(panel.ready).first().waitFor({ state: 'attached', timeout: 180_000 });
}

/** A study that is cut short is kept as a past run too, once a batch of its answers is there and drawn. */
async function keepStudy(editor: Editor): Promise<void> {
  await editor.runCommand("Steerscope: Measure This Model's Language Bias");
  const panel = await editor.webview(`h1:has-text("${BIAS.heading}")`);
  await until('a batch of answers is drawn', async () => (await panel.locator('.card').count()) > 0);
  await panel.locator('vscode-button', { hasText: 'Cancel' }).click();
  await panel.locator('vscode-button', { hasText: 'Measure' }).waitFor();
  await closePanel(editor, BIAS);
}

export async function closePanel(editor: Editor, { tab }: SoakedPanel): Promise<void> {
  await editor.page.locator('.tab', { hasText: tab }).locator('.codicon-close').click();
  await until('the panel is gone', () => !editor.page.frames().some((frame) => frame.url().includes('fake.html')));
}
