/** What steers a place: its own choice, else the file's, else the setting; kept over restarts, changed where it was made. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { SteeringChoice } from '../../../src/core/steering/choice.ts';
import { fake } from './fake/state.ts';
import { Uri } from './fake/values.ts';
import { FakeMemento, catalogueFor, engineFor, freshHome } from './support.ts';
import { writeDirection } from './directions.ts';

const { SteeringState } = await import('../../../src/host/steering/steeringState.ts');

const KEY = 'steering.choices';
const CPP: SteeringChoice = { kind: 'language', language: 'cpp', strength: 1 };
const RUST: SteeringChoice = { kind: 'language', language: 'rust', strength: 1 };

function document(file: string, placeId?: string): never {
  const at = { uri: Uri.file(file), languageId: 'python', ...(placeId === undefined ? {} : { placeId }) };
  return at as never;
}

async function prepare(t: TestContext, memory = new FakeMemento()) {
  const { home, settings } = await freshHome(t);
  const shipped = path.join(home, 'shipped');
  await writeDirection(shipped, { name: 'cpp', target: 'cpp' });
  await writeDirection(shipped, { name: 'code-16-7', method: 'sae-feature' });
  const directions = catalogueFor(t, settings, engineFor(t, settings), shipped);
  await directions.refresh();
  const create = () => {
    const state = new SteeringState(memory as never, settings, directions);
    t.after(() => state.dispose());
    return state;
  };
  return { memory, create, steering: create() };
}

test('the place decides before the file, the file before the setting', async (t) => {
  const { steering } = await prepare(t);
  const [place, file] = [document('/w/a.py', 'p1'), document('/w/a.py')];
  assert.deepEqual(steering.inForce(place), { choice: { kind: 'auto', strength: 1 }, scope: 'workspace' });
  await steering.choose(file, CPP);
  assert.deepEqual(steering.inForce(place), { choice: CPP, scope: 'file' });
  await steering.choose(place, { kind: 'off' });
  assert.deepEqual(steering.inForce(place), { choice: { kind: 'off' }, scope: 'place' });
  assert.deepEqual(steering.inForce(file), { choice: CPP, scope: 'file' });
  assert.equal(steering.inForce(document('/w/a.py', 'p2')).scope, 'file');
  assert.equal(steering.inForce(document('/w/b.py', 'p1')).scope, 'workspace');
  await steering.choose(place, null);
  await steering.choose(file, null);
  assert.equal(steering.inForce(place).scope, 'workspace');
});

test('choices are there again after a restart', async (t) => {
  const { steering, create } = await prepare(t);
  await steering.choose(document('/w/a.py'), CPP);
  await steering.choose(document('/w/a.py', 'p'), { kind: 'direction', name: 'mine', strength: 2 });
  const again = create();
  assert.deepEqual(again.inForce(document('/w/a.py', 'p')).choice, { kind: 'direction', name: 'mine', strength: 2 });
  assert.deepEqual(again.inForce(document('/w/a.py')).choice, CPP);
});

const MALFORMED: readonly unknown[] = [
  'text',
  {},
  [['file:///w/a.py']],
  [['file:///w/a.py', { kind: 'language', language: 'klingon', strength: 1 }]],
  [['file:///w/a.py', { kind: 'auto', strength: 99 }]],
  [['file:///w/a.py', { kind: 'auto', strength: null }]],
  [[1, { kind: 'off' }]],
];
for (const kept of MALFORMED)
  test(`a memory of ${JSON.stringify(kept)} is as none, and can be written over`, async (t) => {
    const memory = new FakeMemento();
    await memory.update(KEY, kept);
    const { steering, create } = await prepare(t, memory);
    assert.equal(steering.inForce(document('/w/a.py')).scope, 'workspace');
    await steering.choose(document('/w/a.py'), CPP);
    assert.deepEqual(create().inForce(document('/w/a.py')).choice, CPP);
  });

test('the oldest choices go where there are more than a thousand, and a choice made again is new', async (t) => {
  const memory = new FakeMemento();
  const uri = (n: number): string => Uri.file(`/w/${n}.py`).toString();
  await memory.update(
    KEY,
    Array.from({ length: 1000 }, (_, n) => [uri(n), CPP]),
  );
  const { steering } = await prepare(t, memory);
  await steering.choose(document('/w/0.py'), RUST);
  await steering.choose(document('/w/new.py'), RUST);
  assert.equal(steering.inForce(document('/w/0.py')).scope, 'file');
  assert.equal(steering.inForce(document('/w/1.py')).scope, 'workspace');
  assert.equal((memory.get(KEY) as unknown[]).length, 1000);
});

test('strength changes by steps where the choice was made, within its bounds', async (t) => {
  const { steering } = await prepare(t);
  const [place, file] = [document('/w/a.py', 'p'), document('/w/a.py')];
  await steering.choose(file, CPP);
  assert.equal(await steering.changeStrength(place, 1), 1.25);
  assert.deepEqual(steering.inForce(file).choice, { ...CPP, strength: 1.25 });
  assert.equal(await steering.changeStrength(place, -100), 0.25);
  assert.equal(await steering.changeStrength(place, 100), 8);
  await steering.choose(place, { kind: 'off' });
  assert.equal(await steering.changeStrength(place, 1), undefined);
  assert.equal(steering.inForce(place).choice.kind, 'off');
});

test('the wider choice is a setting: of the workspace where it has one and is trusted, else of the user', async (t) => {
  const { steering } = await prepare(t);
  await steering.chooseDefault(CPP);
  assert.equal(fake.values.global['steerscope.steering.default'], 'cpp');
  fake.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
  assert.equal(await steering.changeStrength(document('/w/a.py'), 2), 1.5);
  assert.deepEqual(fake.values.workspace, {
    'steerscope.steering.default': 'cpp',
    'steerscope.steering.strength': 1.5,
  });
  fake.isTrusted = false;
  await steering.chooseDefault({ kind: 'off' });
  assert.equal(fake.values.global['steerscope.steering.default'], 'off');
  assert.deepEqual(steering.inForce(document('/w/a.py')).choice, { kind: 'off' });
});

test('a direction that is gone is chosen nowhere', async (t) => {
  const { steering, create } = await prepare(t);
  const mine: SteeringChoice = { kind: 'direction', name: 'mine', strength: 1 };
  await steering.choose(document('/w/a.py'), mine);
  await steering.choose(document('/w/b.py'), CPP);
  await steering.chooseDefault(mine);
  await steering.forget('mine');
  for (const state of [steering, create()]) {
    assert.deepEqual(state.inForce(document('/w/a.py')), { choice: { kind: 'auto', strength: 1 }, scope: 'workspace' });
    assert.deepEqual(state.inForce(document('/w/b.py')).choice, CPP);
  }
});

test('a request is steered by the direction for its surface, and listeners hear of every change', async (t) => {
  const { steering } = await prepare(t);
  let fired = 0;
  steering.onDidChange(() => fired++);
  const place = { language: 'python', surface: 'answer', canAnswer: true } as const;
  assert.deepEqual(steering.resolve(document('/w/a.py'), place).steer, []);
  await steering.choose(document('/w/a.py'), { ...CPP, strength: 2 });
  assert.deepEqual(steering.resolve(document('/w/a.py'), place), {
    surface: 'answer',
    steer: [{ name: 'cpp', strength: 2 }],
    language: 'cpp',
  });
  const before = fired;
  fake.set('steerscope.steering.strength', 3);
  assert.ok(before > 0 && fired > before);
});

test('a feature that was made a direction steers wherever text is written, and any other where it was fitted', async (t) => {
  const { steering } = await prepare(t);
  const raw = { language: 'python', surface: 'raw', canAnswer: false } as const;
  const answer = { language: 'python', surface: 'answer', canAnswer: true } as const;
  await steering.choose(document('/w/a.py'), { kind: 'direction', name: 'code-16-7', strength: 2 });
  for (const place of [raw, answer])
    assert.deepEqual(steering.resolve(document('/w/a.py'), place), {
      surface: place.surface,
      steer: [{ name: 'code-16-7', strength: 2 }],
    });
  await steering.choose(document('/w/a.py'), { kind: 'direction', name: 'cpp', strength: 1 });
  assert.deepEqual(steering.resolve(document('/w/a.py'), raw), { surface: 'raw', steer: [] });
});
