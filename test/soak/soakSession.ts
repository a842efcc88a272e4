/** The VS Code of the soak runs: two places that ask, keys for what is done a thousand times, and the host's own figures. */
import fs from 'node:fs';
import path from 'node:path';
import type { Editor } from '../vscode/harness/editor.ts';
import type { Session, SessionOptions } from '../vscode/harness/session.ts';
import { until } from '../vscode/harness/until.ts';

/** They take longer to write than the latest moment at which a completion is called off. */
const MAX_TOKENS = 96;

const FILE = 'tasks.cpp';
/** What the panels read: its first line. */
export const READ_FILE = 'mean.py';
const PLACES = { first: 2, second: 5 } as const;
const ASK_KEY = { vscode: 'ctrl+alt+j', page: 'Control+Alt+j' };

export const SOAK_OPTIONS: SessionOptions = {
  files: {
    [FILE]: `// Write a program that reads numbers, sorts them, and prints their mean and their median.


// Write a class for a queue of bounded size that several threads use, with tests.


`,
    [READ_FILE]: 'mean = sum(values) / len(values)\n',
  },
  settings: { 'steerscope.completion.mode': 'manual', 'steerscope.completion.maxTokensOnRequest': MAX_TOKENS },
  env: { STEERSCOPE_MEASURE: '1' },
};

/** Binds the key for "Complete Here": the palette would take longer than what is measured. */
export function bindKeys({ profile }: Session): void {
  const bindings = [{ key: ASK_KEY.vscode, command: 'steerscope.triggerCompletion', when: 'editorTextFocus' }];
  fs.writeFileSync(path.join(profile.userData, 'User', 'keybindings.json'), JSON.stringify(bindings));
}

/** Opens the file at its first place. */
export function openTasks(editor: Editor): Promise<void> {
  return editor.openFile(FILE, PLACES.first);
}

/** In the file that is open, to the place that asks for another program. */
export function goToSecondPlace(editor: Editor): Promise<void> {
  return editor.goTo(PLACES.second, 1);
}

/**
 * Asks for a completion at the cursor, and resolves when the status bar says that it is being written, or when its text
 * is there: on a fast machine it may have come by itself before it was asked for.
 */
export async function ask(editor: Editor): Promise<void> {
  const isAnswered = async (): Promise<boolean> => (await editor.isWorking()) || (await editor.ghostText()) !== '';
  await until('it writes', async () => {
    await editor.press(ASK_KEY.page);
    return until('the item spins, or text is there', isAnswered, { timeoutMs: 5000, pollMs: 20 });
  });
}

/** Completes at the first place, and takes nothing of it. @throws Error where no text comes */
export async function completeOnce(editor: Editor): Promise<void> {
  await openTasks(editor);
  // Not by the key: it is not bound yet where the window is new.
  await editor.runCommand('Steerscope: Complete Here');
  await editor.waitForGhostText();
  await editor.press('Escape');
  await editor.waitForNoGhostText();
}

export async function waitForRest(editor: Editor): Promise<void> {
  await until('nothing is written any more', async () => !(await editor.isWorking()), { pollMs: 20 });
}

/** The lines of a log that say that something went wrong. */
export function complaintsIn(log: string): string[] {
  return log.split('\n').filter((line) => /\[(?:error|warning)\]/.test(line));
}
