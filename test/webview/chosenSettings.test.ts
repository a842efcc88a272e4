/** Settings of a page while changes of its user and words of the host cross. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChosenSettings } from '../../webview/shared/chosenSettings.ts';

interface Settings {
  readonly strength: number;
  readonly name: string;
}

const TOLD: { readonly settings: Settings; readonly more: string } = {
  settings: { strength: 1, name: 'cpp' },
  more: 'x',
};

/** A host that answers when it is told to. */
function host() {
  const sent: Settings[] = [];
  const answers: { readonly yes: () => void; readonly no: (error: Error) => void }[] = [];
  const send = (settings: Settings): Promise<null> => {
    sent.push(settings);
    return new Promise((resolve, reject) => answers.push({ yes: () => resolve(null), no: reject }));
  };
  return { sent, answers, send };
}

const refused = (error: unknown): void => assert.fail(String(error));

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('each change builds on the one before, though the host has answered none', () => {
  const { sent, send } = host();
  const chosen = new ChosenSettings<Settings>(refused);
  chosen.change({ strength: 9 }, send);
  assert.deepEqual(sent, []);
  assert.equal(chosen.heard(TOLD), TOLD);
  chosen.change({ strength: 2 }, send);
  chosen.change({ name: 'rust' }, send);
  chosen.change({ name: 'rust' }, send);
  assert.deepEqual(sent, [
    { strength: 2, name: 'cpp' },
    { strength: 2, name: 'rust' },
  ]);
});

test('what the host said before it had a change takes nothing back; afterwards its word counts', async () => {
  const { answers, send } = host();
  const chosen = new ChosenSettings<Settings>(refused);
  chosen.heard(TOLD);
  chosen.change({ strength: 2 }, send);
  assert.deepEqual(chosen.heard({ ...TOLD, more: 'y' }), { settings: { strength: 2, name: 'cpp' }, more: 'y' });
  answers[0]?.yes();
  await settled();
  assert.equal(chosen.heard(TOLD).settings.strength, 1);
});

test('a change that is refused is told and undone, unless another has followed', async () => {
  const { answers, send } = host();
  const told: unknown[] = [];
  const chosen = new ChosenSettings<Settings>((error) => told.push(error));
  chosen.heard(TOLD);
  chosen.change({ strength: 2 }, send);
  const no = new Error('no');
  answers[0]?.no(no);
  await settled();
  assert.deepEqual([told, chosen.value], [[no], TOLD.settings]);
  chosen.change({ strength: 3 }, send);
  chosen.change({ name: 'rust' }, send);
  answers[1]?.no(no);
  await settled();
  assert.deepEqual(chosen.value, { strength: 3, name: 'rust' });
});
