/** The engine behind the editor: it dies and is there again, is given a wrong file, is cancelled, and ends with its window. */
import assert from 'node:assert/strict';
import { DEFAULT_MODEL } from '../../src/core/models/catalogue.ts';
import type { Editor } from './harness/editor.ts';
import { kill } from './harness/processes.ts';
import { useVSCode, type Session } from './harness/session.ts';
import { until } from './harness/until.ts';

const TASK = '// Write a program that reads numbers, sorts them, and prints their mean and their median.\n\n\n';

const { scenario } = useVSCode({
  files: { 'median.cpp': TASK, 'typed.cpp': '#include <vector>\n\n\n', 'broken.gguf': 'This is no model.\n' },
  settings: { 'steerscope.completion.maxTokensOnRequest': 512 },
});

/** The engine's process; there is one at most. */
async function engineOf({ processes }: Session): Promise<number> {
  const { pid } = await until('an engine', () => processes.engines()[0]);
  assert.equal(processes.engines().length, 1);
  return pid;
}

async function complete(editor: Editor): Promise<string> {
  await editor.runCommand('Steerscope: Complete Here');
  return editor.waitForGhostText();
}

async function noErrors(editor: Editor): Promise<void> {
  assert.deepEqual(await editor.notifications(), []);
}

scenario('the engine is killed, and the next completion is there as if nothing had been', async (editor, session) => {
  await editor.openFile('median.cpp', 2);
  const before = await complete(editor);
  const first = await engineOf(session);
  kill(first);
  await until('it is gone', () => !session.processes.engines().some(({ pid }) => pid === first));
  await editor.press('Escape');
  await editor.type('x');
  await editor.press('Backspace');
  await editor.runCommand('Steerscope: Choose Steering…');
  await editor.pick('Rust');
  await editor.pick('For this file');
  await complete(editor);
  assert.notEqual(await engineOf(session), first);
  await editor.runCommand('Steerscope: Choose Steering…');
  await editor.pick('auto');
  await editor.pick('For this file');
  assert.equal(await complete(editor), before);
  await noErrors(editor);
});

scenario('the engine is killed while it writes: who asked is told, and asking again helps', async (editor, session) => {
  await editor.openFile('median.cpp', 2);
  await editor.clickLens('Python');
  await until('it writes', () => editor.isWorking());
  kill(await engineOf(session));
  await editor.waitForNotification('engine');
  await editor.closeNotifications();
  await editor.goTo(2, 1);
  await complete(editor);
  await noErrors(editor);
});

scenario(
  'killed a third time it stays down and leaves who types in peace, until it is restarted',
  async (editor, session) => {
    await editor.openFile('typed.cpp', 3);
    await editor.type('int twice(int x) {');
    await until('it writes', () => editor.isWorking());
    kill(await engineOf(session));
    await editor.waitForStatus('engine down');
    const logged = editor.profile.log().length;
    await editor.type(' return');
    await noErrors(editor);
    await editor.runCommand('Steerscope: Restart Engine');
    await editor.waitForStatus('auto (C++)');
    assert.doesNotMatch(editor.profile.log().slice(logged), /\[error\]/);
    await editor.openFile('typed.cpp', 3);
    await editor.press('End');
    await editor.type(' ');
    await editor.waitForGhostText();
    await noErrors(editor);
  },
);

scenario('typing on calls off what was asked, and nothing pops up', async (editor) => {
  const logged = editor.profile.log().length;
  await editor.openFile('typed.cpp', 3);
  await editor.press('End');
  for (const word of ['2', ' *', ' x', ';', ' }']) {
    await editor.type(word);
    // Longer than the pause, shorter than the model takes.
    await editor.page.waitForTimeout(200);
  }
  await until('the engine rests', async () => !(await editor.isWorking()));
  await noErrors(editor);
  assert.doesNotMatch(editor.profile.log().slice(logged), /\[error\]/);
});

scenario('a file that is no model is refused in words, and the model before stays', async (editor, { profile }) => {
  await editor.runCommand('Steerscope: Use a Local GGUF…');
  await editor.typePath(profile.file('broken.gguf'));
  await editor.waitForNotification('this is not a GGUF model');
  await editor.closeNotifications();
  await editor.openFile('median.cpp', 2);
  await editor.waitForStatus('Steerscope · ');
  await complete(editor);
  await editor.waitForStatus(DEFAULT_MODEL.name);
});

scenario('the window is closed while the engine writes, and no engine is left', async (editor, session) => {
  await editor.openFile('median.cpp', 2);
  const pid = await engineOf(session);
  await editor.clickLens('Java');
  await until('it writes', () => editor.isWorking());
  await session.closeWindow();
  await until('no engine is left', () => !session.processes.engines().some((engine) => engine.pid === pid));
});
