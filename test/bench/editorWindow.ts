/** What a user of VS Code waits for: grey text after a key, the activation, and how long the extension host is held up. */
import type { Page } from 'playwright-core';
import type { Measured } from '../../src/host/measure.ts';
import type { Editor } from '../vscode/harness/editor.ts';
import { READING_PANELS, closePanel, openPanel } from '../soak/panels.ts';
import { SOAK_OPTIONS } from '../soak/soakSession.ts';
import { Session } from '../vscode/harness/session.ts';
import { until } from '../vscode/harness/until.ts';
import type { EditorFigure } from './editorPage.ts';

/** About 256 tokens before the cursor, at the end of the file. */
const LINES = Array.from({ length: 16 }, (_, i) => `    total += weights[${i}] * values[${i}] * values[${i + 1}]`);
const PROGRAM = `def weighted(weights, values):\n    total = 0.0\n${LINES.join('\n')}\n    `;
const TASK = '// Write a program that reads numbers, sorts them, and prints their mean and their median.\n\n\n';
/** What is typed, key by key, each of which asks anew. */
const TYPED = 'mean = total / len(values) if values else zero';
const RELOADS = 5;

interface Phase {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export async function windowFigures(): Promise<EditorFigure[]> {
  const session = new Session({
    files: { ...SOAK_OPTIONS.files, 'weighted.py': PROGRAM, 'median.cpp': TASK },
    env: { STEERSCOPE_MEASURE: '1' },
  });
  try {
    await session.start();
    const phases: Phase[] = [];
    const during = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const fromMs = Date.now();
      try {
        return await work();
      } finally {
        // The line of the log of a stretch comes at its end.
        await session.editor.page.waitForTimeout(700);
        phases.push({ name, fromMs, toMs: Date.now() });
      }
    };
    const { editor } = session;
    await editor.ready();
    await editor.openFile('median.cpp', 2);
    await during('opening the model and the first completion', () => complete(editor));
    await during('taking a completion apart, all layers', () => inspect(editor));
    await editor.closeAll();
    const greyMs = await during('completions while typing', () => keysToGreyText(editor));
    await during('measuring the language bias', () => measureBias(editor));
    for (const panel of READING_PANELS) {
      await during(`the panel ${panel.heading}, about 256 tokens`, () => openPanel(editor, panel, 'weighted.py'));
      await closePanel(editor, panel);
    }
    const activationMs = await activations(session);
    return [
      {
        id: 'grey-text',
        title: 'A key to grey text, in the window',
        unit: 'ms',
        runs: greyMs,
        bounds: { p50: 700, p95: 1500 },
        note: `From a keystroke to the text on the screen in a Python file of about 256 tokens: the editor’s own wait, the pause of 150 ms, the model’s up to 32 tokens, two connections, and the drawing. ${TYPED.length - greyMs.length} of ${TYPED.length} keystrokes brought nothing, or went on what was suggested, and are not counted.`,
      },
      {
        id: 'activation',
        title: 'Activation',
        unit: 'ms',
        runs: activationMs,
        bounds: { max: 100 },
        note: 'As VS Code itself gives it in “Show Running Extensions”: loading the code and `activate` together, in new windows.',
      },
      ...phases.map((phase) => gapFigure(phase, session.profile.log())),
    ];
  } finally {
    await session.stop();
  }
}

async function complete(editor: Editor): Promise<void> {
  await editor.runCommand('Steerscope: Complete Here');
  await editor.waitForGhostText();
}

async function inspect(editor: Editor): Promise<void> {
  await editor.runCommand('Steerscope: Inspect This Completion');
  await editor.webview('h1:has-text("The completion at")');
}

async function measureBias(editor: Editor): Promise<void> {
  await editor.runCommand("Steerscope: Measure This Model's Language Bias");
  const panel = await editor.webview('h1:has-text("Language bias")');
  await until(
    'some answers',
    async () => Number((await panel.locator('[role=progressbar]').getAttribute('aria-valuenow')) ?? 0) >= 5,
  );
  await panel.locator('vscode-button', { hasText: 'Cancel' }).click();
  await panel.locator('vscode-button', { hasText: 'Measure' }).waitFor();
}

/** Milliseconds from each key to the grey text that it brought. */
async function keysToGreyText(editor: Editor): Promise<number[]> {
  const times: number[] = [];
  await editor.openFile('weighted.py', LINES.length + 3, 5);
  for (const key of TYPED) {
    const time = await afterKey(editor.page, key === ' ' ? 'Space' : key);
    if (time !== null) times.push(time);
    await editor.press('Escape');
    await editor.waitForNoGhostText();
  }
  return times;
}

/** Null where nothing comes. */
async function afterKey(page: Page, key: string): Promise<number | null> {
  // Armed before the key is pressed, and read after it.
  await page.evaluate(`void (globalThis.drawn = new Promise((resolve) => {
    addEventListener('keydown', () => {
      const start = performance.now();
      const observer = new MutationObserver(() => {
        if (document.querySelector('.ghost-text-decoration, .suggest-preview-text .view-line') === null) return;
        observer.disconnect();
        resolve(performance.now() - start);
      });
      observer.observe(document.body, { subtree: true, childList: true });
      setTimeout(() => { observer.disconnect(); resolve(null); }, 4000);
    }, { once: true, capture: true });
  }))`);
  await page.keyboard.press(key);
  return page.evaluate<number | null>('drawn');
}

async function activations(session: Session): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < RELOADS; i++) {
    const editor = await session.openWindow();
    await editor.ready();
    await editor.runCommand('Developer: Show Running Extensions');
    const row = editor.page.locator('.runtime-extensions-editor .extension', { hasText: 'Steerscope' });
    const said = await until('the activation', async () => (await row.locator('.activation-time').textContent()) ?? '');
    const [, ms] = /(\d+)\s*ms/.exec(said) ?? [];
    if (ms === undefined) throw new Error(`no time in "${said}"`);
    times.push(Number(ms));
  }
  return times;
}

/** Each stretch of half a second of the phase is a run: the longest time in it in which the event loop did nothing else. */
function gapFigure({ name, fromMs, toMs }: Phase, log: string): EditorFigure {
  const lines = [...log.matchAll(/measured (\{.*\})/g)].map(([, json]) => JSON.parse(json ?? '') as Measured);
  const runs = lines.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ gapMs }) => gapMs);
  return {
    id: `gap-${name.replaceAll(/\W+/g, '-')}`,
    title: `Event-loop gap of the extension host: ${name}`,
    unit: 'ms',
    runs,
    bounds: { max: 50 },
    note: 'The longest wait of a timer of 5 ms in each half second, beyond those 5 ms; the host is shared with the editor’s own extensions.',
  };
}
