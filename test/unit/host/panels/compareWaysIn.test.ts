/** The ways into the panel of comparisons: a selection, a lens, the last completion; and what each asks the engine. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as v from 'valibot';
import type { CompareParams } from '../../../../src/protocol/compareTypes.ts';
import { compareSettings } from '../../../../src/protocol/panels/compare.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';
import { sampleComparison } from '../../../sampleComparison.ts';
import { until } from '../../files/support.ts';
import { fakeLog } from '../support.ts';
import { grey, prepareParts, run, steeredIn } from '../completion/support.ts';
import { panels } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Selection, openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';

const { registerCompletion } = await import('../../../../src/host/completion/index.ts');
const { registerComparePanel } = await import('../../../../src/host/panels/compare/index.ts');
const { subjectOfPlan, subjectOfSelection } = await import('../../../../src/host/panels/compare/subject.ts');
const { WorkedEditor } = await import('../../../../src/host/activeEditor.ts');
const { RunStore } = await import('../../../../src/host/runs/runStore.ts');

const ASKING = 'int a = 1;\n\n// Print the first ten primes.\n\n';

async function prepare(t: TestContext) {
  panels.length = 0;
  const compared: CompareParams[] = [];
  const context = { extensionUri: Uri.file('/extension') };
  const prepared = await prepareParts(t, registerCompletion, (services: never) => {
    const { settings, engine } = services as { settings: never; engine: { client: object } };
    Object.assign(engine.client, {
      compare: async (params: CompareParams) => {
        compared.push(params);
        return sampleComparison(params);
      },
    });
    const runs = new RunStore(settings, fakeLog());
    const workedEditor = new WorkedEditor();
    t.after(() => workedEditor.dispose());
    return registerComparePanel({ ...(services as object), runs, context, workedEditor } as never);
  });
  const asked = async (): Promise<CompareParams> => {
    await until(() => compared.length > 0);
    return compared[0] ?? assert.fail('nothing was compared');
  };
  return { ...prepared, compared, asked };
}

test('the command without a selection shows the panel, and starts no engine', async (t) => {
  const { engine } = await prepare(t);
  openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  await run('compareSteerings');
  assert.deepEqual([panels.length, engine.uses], [1, 0]);
});

test('a selection that asks for code is asked as a chat, unsteered against the choice in force', async (t) => {
  const { steering, asked } = await prepare(t);
  const editor = openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  await steering.choose(steeredIn(editor.document), { kind: 'language', language: 'rust', strength: 1.5 });
  editor.selection = new Selection(2, 0, 3, 0);
  await run('compareSteerings');
  const { prompt, options, a, b } = await asked();
  assert.equal(prompt, 'Print the first ten primes.');
  assert.deepEqual([options.mode, options.prefill], ['auto', NEUTRAL_OPENING]);
  assert.deepEqual([a, b.steer.length], [{ steer: [] }, 1]);
});

test('a selection that asks for nothing is text to be continued', async (t) => {
  const { asked } = await prepare(t);
  const editor = openMarked('int main() {\n  int a = 1;\n}\n‸', 'cpp', Uri.file('/w/a.cpp'));
  editor.selection = new Selection(0, 0, 1, 12);
  await run('compareSteerings');
  const { prompt, options, b } = await asked();
  assert.deepEqual([prompt, options.mode], ['int main() {\n  int a = 1;', 'raw']);
  assert.deepEqual(b, { steer: [{ name: 'cpp-raw', strength: 1 }] });
});

test('the last completion is asked again as it was, unsteered against what steered it', async (t) => {
  const { engine, asked } = await prepare(t);
  engine.writes = () => 'return 1;';
  await grey(openMarked('int main() {\n  ‸\n}\n', 'cpp', Uri.file('/w/a.cpp')));
  await run('compareCompletion');
  const { prompt, options, a, b } = await asked();
  const { steer, batch: _batch, reuse: _reuse, ...asBefore } = engine.last.options;
  assert.equal(prompt, engine.last.prompt);
  assert.deepEqual(options, asBefore);
  assert.deepEqual([a, b], [{ steer: [] }, { steer }]);
});

test('before anything was completed it is said', async (t) => {
  const { engine } = await prepare(t);
  await run('compareCompletion');
  assert.deepEqual(fake.said('information'), ['Nothing has been completed yet: there is nothing to compare.']);
  assert.deepEqual([panels.length, engine.uses], [0, 0]);
});

test('a lens compares its place, asked as a completion there would be', async (t) => {
  const { asked } = await prepare(t);
  const { document } = openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  const { findPlaces } = await import('../../../../src/core/places/findPlaces.ts');
  const place = findPlaces(document.getText(), 'cpp').find(({ kind }) => kind !== 'file') ?? assert.fail('no place');
  await run('comparePlace', { uri: document.uri.toString(), placeId: place.id });
  const { prompt, options, b } = await asked();
  assert.equal(prompt, 'Print the first ten primes.');
  assert.deepEqual([options.mode, options.prefill, options.maxTokens], ['auto', NEUTRAL_OPENING, 128]);
  assert.deepEqual(b, { steer: [{ name: 'cpp', strength: 1 }] });
});

test('what is longer than a comparison may be is cut: answers to their most tokens, raw text to its end', () => {
  const options = { mode: 'raw', maxTokens: 1024, steer: [], batch: 1 };
  const plan = { prompt: 'x = ', surface: 'raw', options } as never;
  const ofPlan = subjectOfPlan(plan, { all: [] }).settings;
  const ofText = subjectOfSelection(`${'x = 1\n'.repeat(5000)}last`, 'python', { all: [] }).settings;
  assert.deepEqual([ofPlan.maxTokens, ofText.surface, ofText.prompt.slice(-6)], [512, 'raw', '1\nlast']);
  for (const settings of [ofPlan, ofText]) assert.ok(v.is(compareSettings, settings));
});
