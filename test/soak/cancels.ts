/** Completions that are called off by typing while the engine writes them. */
import type { Editor } from '../vscode/harness/editor.ts';
import type { Session } from '../vscode/harness/session.ts';
import { MemoryWatch, type MemorySample } from './memory.ts';
import { ask, completeOnce, goToSecondPlace, waitForRest } from './soakSession.ts';

export interface Cancelled {
  /** False where the text was there before the key: then nothing was called off. */
  readonly wasWriting: boolean;
  readonly memory: MemorySample;
}

/** Moments after the spinner shows at which a key is pressed, in turn: while the prompt is read, and while text is written. */
const MOMENTS_MS = [0, 50, 100, 200, 350];
/**
 * Asks for completions in the window until `count` have been called off, and yields after each that was asked for.
 * @throws Error where the engine or the host ends meanwhile, or text is shown that was called off
 */
export async function* cancels(session: Session, count: number): AsyncGenerator<Cancelled> {
  const { editor } = session;
  await completeOnce(editor);
  const watch = await MemoryWatch.of(session);
  await goToSecondPlace(editor);
  let isLonger = false;
  for (let asked = 0, cancelled = 0; cancelled < count; asked++) {
    await ask(editor);
    // Moments of the work, not waits for it.
    await editor.page.waitForTimeout(MOMENTS_MS[asked % MOMENTS_MS.length] ?? 0);
    const wasWriting = await editor.isWorking();
    if (wasWriting) {
      // In turn, so that the text does not grow.
      await editor.press(isLonger ? 'Backspace' : 'Enter');
      isLonger = !isLonger;
      cancelled++;
    } else {
      await newTask(editor);
      isLonger = false;
    }
    await waitForRest(editor);
    const shown = await editor.ghostText();
    if (shown !== '') throw new Error(`shown although it was called off: ${shown}`);
    yield { wasWriting, memory: watch.sample() };
  }
}

/** At the second place, a task that has not been completed: what has been is known, and is not written again. */
async function newTask(editor: Editor): Promise<void> {
  await editor.press('Escape');
  await goToSecondPlace(editor);
  await editor.press('ArrowUp', 'End', 'x', 'ArrowDown');
}
