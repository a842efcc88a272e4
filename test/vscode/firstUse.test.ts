/** First use: the packaged extension in an empty profile, without a model, up to the model that is ready. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { homeFolders } from '../../src/files/paths.ts';
import { DEFAULT_MODEL } from '../../src/core/models/catalogue.ts';
import { useVSCode } from './harness/session.ts';
import { until } from './harness/until.ts';

const { session, scenario } = useVSCode({ hasModel: false, files: { 'main.cpp': '// Adds two numbers.\n\n\n' } });

/** The model's file, and whatever is left of fetching it. */
function fetched(): string[] {
  const { models } = homeFolders(session.profile.home);
  return fs.existsSync(models) ? fs.readdirSync(models) : [];
}

scenario('the extension activates without an error and shows its item', async (editor) => {
  await editor.ready();
  assert.match((await editor.statusText()) ?? '', /Steerscope/);
  assert.doesNotMatch(editor.profile.log(), /\[error\]/);
});

scenario('nothing is started, and nothing written, before somebody asks for it', async (editor, { processes }) => {
  await editor.openFile('main.cpp', 2);
  await until('the lenses', async () => (await editor.lenses()).length > 0);
  assert.deepEqual(processes.engines(), []);
  assert.deepEqual(fs.readdirSync(session.profile.home), []);
  assert.ok(processes.extensionHosts().length > 0, 'who sees no process at all would see no engine either');
});

scenario('what needs a model is not offered without one', async (editor) => {
  // By name: of a long list only what is in sight is there to be read.
  const offers = async (title: string): Promise<boolean> => (await editor.offeredCommands(title)).includes(title);
  assert.ok(await offers('Steerscope: Get the Default Model'));
  assert.ok(!(await offers("Steerscope: Measure This Model's Language Bias")));
  assert.ok(!(await offers('Steerscope: Complete Here')));
});

scenario('the walkthrough opens, with five steps', async (editor) => {
  await editor.runCommand('Steerscope: Get Started');
  const steps = editor.page.locator('.getting-started-step .step-title');
  await steps.first().waitFor();
  assert.equal(await steps.count(), 5);
  await session.screenshot('walkthrough');
});

scenario('the views say what to do while they are empty', async (editor) => {
  await editor.runCommand('View: Show Steerscope');
  const welcome = editor.page.locator('.welcome-view-content', { hasText: 'No model is here yet' });
  await welcome.waitFor();
  await welcome.locator('.monaco-button', { hasText: 'Get the Default Model' }).waitFor();
});

scenario('getting the model can be cancelled, and leaves nothing', async (editor) => {
  await editor.runCommand('Steerscope: Get the Default Model');
  await editor.waitForNotification(`Getting ${DEFAULT_MODEL.name}`);
  await editor.clickNotification(`Getting ${DEFAULT_MODEL.name}`, 'Cancel');
  await until('the work has ended', () => /Getting .*: ended/.test(editor.profile.log()));
  await until('nothing is left', () => fetched().length === 0);
  assert.deepEqual(
    (await editor.notifications()).filter((text) => !text.includes('Getting')),
    [],
  );
});

scenario('the model is got with its progress, and is ready', async (editor) => {
  await editor.runCommand('Steerscope: Get the Default Model');
  await editor.waitForNotification('MB');
  await editor.waitForStatus(DEFAULT_MODEL.name);
  assert.deepEqual(fetched(), [path.basename(DEFAULT_MODEL.fileName)]);
  await until('the progress goes', async () => (await editor.notifications()).length === 0);
  const measure = "Steerscope: Measure This Model's Language Bias";
  assert.ok((await editor.offeredCommands(measure)).includes(measure));
});
