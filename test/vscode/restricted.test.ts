/** A workspace that is not trusted: what it says about steering and models is not followed until it is. */
import assert from 'node:assert/strict';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';
import type { Editor } from './harness/editor.ts';

const FILE = 'main.cpp';

const { scenario } = useVSCode({
  asksForTrust: true,
  files: { [FILE]: '// Write a function that adds two numbers.\n\n\n' },
  workspaceSettings: {
    'steerscope.steering.default': 'rust',
    'steerscope.model': './hostile.gguf',
    'steerscope.home': './hostile',
  },
});

/** What the lens at the top of the file marks as in force. */
function inForce(editor: Editor): Promise<string> {
  return until('a lens that is marked', async () => (await editor.lenses())[0]?.find(isMarked));
}

const isMarked = (title: string): boolean => title.startsWith('✓ ');

scenario('without trust the settings of the workspace do not steer', async (editor) => {
  await editor.page.locator('.monaco-dialog-box', { hasText: 'trust the authors' }).waitFor();
  await editor.page.locator('.monaco-dialog-box .monaco-button', { hasText: "No, I don't trust" }).click();
  await editor.openFile(FILE, 2);
  assert.equal(await inForce(editor), '✓ auto');
});

scenario('without trust the model of the user is the one that is used', async (editor, { profile }) => {
  await until('the model is found', async () => {
    const offered = await editor.offeredCommands('Steerscope: Complete Here');
    return offered.includes('Steerscope: Complete Here');
  });
  assert.doesNotMatch(profile.log(), /hostile/);
});

scenario('without trust no direction is fitted from what the workspace holds', async (editor) => {
  const offered = await editor.offeredCommands('Steerscope: Fit');
  assert.ok(offered.includes('Steerscope: Fit a Direction to a Language…'), offered.join(', '));
  assert.ok(!offered.includes('Steerscope: Fit a Direction from Two Sets of Texts…'), offered.join(', '));
});

scenario('with trust the workspace chooses what steers, and still no model', async (editor, { profile }) => {
  await editor.runCommand('Workspaces: Manage Workspace Trust');
  await editor.page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
  await editor.openFile(FILE, 2);
  await until('Rust is in force', async () => (await inForce(editor)) === '✓ Rust');
  assert.doesNotMatch(profile.log(), /hostile/);
});
