/** Every command of the manifest, called when there is nothing to act on: it says what to do, and nothing is left behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseModel, complaints, settled } from '../support.ts';
import { manifest } from '../manifest.ts';
import { fake } from '../fake/state.ts';
import { openMarked } from '../fake/texts.ts';
import { panels } from '../fake/panels.ts';
import { activateExtension, run, sentences } from './support.ts';

const COMMANDS = manifest.contributes.commands.map(({ command }) => command.replace('steerscope.', ''));

/** What is seen without a word: a setting, a tree drawn anew, a panel, completions that come again. */
const SEEN = [
  'toggleCodeLens',
  'toggleLanguageLines',
  'refreshViews',
  'measureBias',
  'probeLayers',
  'probeFile',
  'resume',
  'showLog',
];
const NEEDING_AN_EDITOR = ['triggerCompletion', 'generateIn', 'compare', 'increaseStrength', 'decreaseStrength'];
/** What a command does first, where the user leaves the first thing that it asks. */
const LEFT_ALONE: Readonly<Record<string, string>> = {
  chooseSteering: 'Steer completions to…',
  fitLanguage: 'Fit a direction to which language?',
  fitConcept: 'Which texts tell the concept apart?',
  openReport: 'A report on steering to which language? It takes some minutes, the second time seconds.',
  selectModel: 'The model to look into and complete with',
  useLocalModel: 'A model of the llama family, as a GGUF file',
  menu: 'Steerscope',
  snooze: 'No automatic completions for how long? Asked for, they still come.',
  openRun: 'The run to open',
  removeRun: 'The run to remove',
};

test('activated, the extension has every command, asked nobody, and started nothing; ended, it leaves nothing', async (t) => {
  const { end } = await activateExtension(t);
  await settled();
  assert.deepEqual(
    COMMANDS.filter((command) => !fake.commands.has(`steerscope.${command}`)),
    [],
  );
  assert.deepEqual([fake.shown, fake.executed, fake.progress, complaints()], [[], [], [], []]);
  assert.equal(fake.context.get('steerscope.hasModel'), false);
  await end();
  assert.deepEqual([...fake.commands.keys()], []);
});

for (const { world, isTrusted, hasModel } of [
  { world: 'without a model', isTrusted: true, hasModel: false },
  { world: 'in a restricted workspace', isTrusted: false, hasModel: true },
] as const)
  test(`${world} and without an editor every command does something or says what to do, and none fails`, async (t) => {
    // A fault of ours would be a rejection that nobody handles: it fails the test.
    const { home } = await activateExtension(t);
    process.env['STEERSCOPE_FAKE_FETCH'] = 'offline';
    t.after(() => delete process.env['STEERSCOPE_FAKE_FETCH']);
    fake.isTrusted = isTrusted;
    if (hasModel) await chooseModel(home, 'mine');
    for (const command of COMMANDS) {
      fake.shown.length = fake.executed.length = panels.length = 0;
      await run(command, ...(command === 'removeSelected' ? ['models'] : []));
      const happened = fake.shown.length + fake.executed.length + panels.length;
      if (!SEEN.includes(command)) assert.ok(happened > 0, `${command} does nothing, and says nothing`);
      if (NEEDING_AN_EDITOR.includes(command))
        assert.deepEqual(fake.said('information'), ['Open a file, and put the cursor into it.'], command);
      if (LEFT_ALONE[command] && (isTrusted || command !== 'fitConcept'))
        assert.equal(fake.shown[0]?.text, LEFT_ALONE[command], command);
      for (const said of fake.said('error')) assert.match(said, /\. \S.*\.$/, `${command} does not say what to do`);
      for (const panel of panels.splice(0)) panel.dispose();
    }
    const faults = complaints().filter((line) => /\.ts:\d+/.test(line));
    assert.deepEqual(faults, []);
  });

test('without a model, what needs one says where to get it, with the command that does at hand', async (t) => {
  await activateExtension(t);
  openMarked('int main() {\n  ‸\n}\n', 'cpp');
  for (const command of ['triggerCompletion', 'generateIn', 'compare']) {
    fake.shown.length = 0;
    await run(command);
    assert.deepEqual(sentences(), ['There is no model to complete with: get one, or select another.'], command);
  }
  fake.shown.length = 0;
  await run('fitLines');
  assert.deepEqual(fake.said('error'), [
    'The model smollm2-135m-instruct is not on this machine yet. Get it: “Steerscope: Get the Default Model”.',
  ]);
  assert.deepEqual(fake.shown[0]?.choices, ['Select Model…', 'Show Log']);
});
