/** Studies that were kept: opened, exported, removed, taken up again; and what is no study of ours, or no state of a page. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { figuresOf, readStudy } from '../../../../src/core/bias/study.ts';
import type { BiasSnapshot } from '../../../../src/protocol/panels/bias.ts';
import { until } from '../../files/support.ts';
import { panels } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { SMALL, isDone, keptBy, prepare, restored, watchPage } from './biasSupport.ts';

/** A study that was just made; the panel is closed. */
async function withStudy(t: Parameters<typeof prepare>[0]) {
  const all = await prepare(t);
  const { panel, client, when } = await restored(keptBy(SMALL));
  await client.start({});
  const { studyId: id = '', study } = await when(isDone);
  panel.dispose();
  panels.length = 0;
  return { ...all, id, study };
}

const newestPage = () => {
  const panel = panels.at(-1);
  assert.ok(panel, 'no panel was opened');
  return watchPage(panel);
};

test('a run is opened from the tree, with the figures that it was made with', async (t) => {
  const { run, runs, id, study } = await withStudy(t);
  const [summary] = await runs.list();
  await run('openRun', { run: summary });
  const opened = await newestPage().when((snapshot) => snapshot.studyId !== undefined);
  assert.deepEqual([opened.studyId, opened.study], [id, study]);
  assert.equal(panels.length, 1);
});

test('without a run the command asks which; nothing happens where none is chosen', async (t) => {
  const { run, id } = await withStudy(t);
  await run('openRun');
  assert.equal(panels.length, 0);
  fake.answers.push('C++, instruction, 2 prompts');
  await run('openRun');
  assert.equal((await newestPage().when(({ studyId }) => studyId !== undefined)).studyId, id);
});

test('a page opens one of the list', async (t) => {
  const { id } = await withStudy(t);
  const { client, when } = await restored(keptBy(SMALL));
  const { past } = await when((snapshot) => snapshot.past.length === 1);
  assert.deepEqual(
    past.map((one) => one.id),
    [id],
  );
  await client.open({ id });
  assert.equal((await when(({ studyId }) => studyId !== undefined)).studyId, id);
});

test('what is damaged, of another kind, gone, or misnamed is refused in words, and the study that is shown stays', async (t) => {
  const { run, runs, studies, id, study } = await withStudy(t);
  const { client, when } = await restored(keptBy(SMALL));
  await client.open({ id });
  const file = path.join(studies, `${id}.json`);
  const kept = JSON.parse(await fs.readFile(file, 'utf8')) as { data: { parts: unknown; end: unknown } };
  for (const change of [
    { data: { ...kept.data, end: 'well' } },
    { data: { ...kept.data, more: 1 } },
    { data: [] },
    { kind: 'other' },
  ]) {
    await fs.writeFile(file, JSON.stringify({ ...kept, ...change }));
    await assert.rejects(client.open({ id }), /this study cannot be read/);
  }
  await fs.rm(file);
  await assert.rejects(client.open({ id }), /not there any more/);
  for (const bad of ['../../etc/passwd', '', `${id}x`]) await assert.rejects(client.open({ id: bad }), /open\.id/);
  assert.deepEqual((await when(() => true)).study, study);
  await run('openRun', { run: { id, kind: 'layers', title: 'x' } });
  assert.match(fake.said('error').at(-1) ?? '', /^No panel shows runs of the kind layers/);
  assert.equal((await runs.list()).length, 0);
});

test('removing asks first; the study that is shown stays on the screen, and is not in the list any more', async (t) => {
  const { run, runs, id } = await withStudy(t);
  const { client, when } = await restored(keptBy(SMALL));
  await client.open({ id });
  await when(({ studyId }) => studyId === id);
  const [summary] = await runs.list();
  await run('removeRun', { run: summary });
  assert.equal((await runs.list()).length, 1, 'removed without a yes');
  fake.answers.push('Remove');
  await run('removeRun', { run: summary });
  assert.deepEqual(fake.said('warning'), Array(2).fill('Remove the run C++, instruction, 2 prompts?'));
  const { study, past } = await when(({ studyId }) => studyId === undefined);
  assert.deepEqual([study?.end, past], ['complete', []]);
});

test('the study that is shown is written where the user says, with every answer', async (t) => {
  const { home, id, study } = await withStudy(t);
  const { client } = await restored(keptBy(SMALL));
  const target = path.join(home, 'study.json');
  await client.open({ id });
  await client.save({});
  await assert.rejects(fs.access(target), 'written though nobody said where');
  fake.answers.push(Uri.file(target));
  await client.save({});
  const written = readStudy(JSON.parse(await fs.readFile(target, 'utf8')));
  assert.ok(written, 'what was written is no study');
  assert.deepEqual(figuresOf(written), study);
  assert.equal(written.parts[0]?.answers[0]?.text, '```python\nprint(1)\n```');
  assert.match(fake.said('statusBar').at(-1) ?? '', /study\.json/);
});

test('where no study is shown, nobody is asked where to put it', async (t) => {
  await prepare(t);
  const { client } = await restored(keptBy(SMALL));
  await client.save({});
  assert.deepEqual(fake.said('saveDialog'), []);
});

test('after a reload settings and study are there again', async (t) => {
  const { id, study } = await withStudy(t);
  const kept = { direction: 'rust', tasks: 'core', styles: ['instruction'], prompts: 6, sweep: true } as const;
  const { when } = await restored(keptBy(kept, id));
  const opened = await when(({ studyId }) => studyId === id);
  assert.deepEqual(
    [opened.settings, opened.study, opened.state],
    [kept, study, { settings: kept, study: id, compared: null }],
  );
});

test('a study in another style is kept under its name, and compared with the one before, also after a reload', async (t) => {
  const { id, study } = await withStudy(t);
  const { panel, client, when } = await restored(keptBy({ ...SMALL, tasks: 'study', styles: ['comment', 'question'] }));
  await client.start({});
  const done = await when((snapshot) => isDone(snapshot) && snapshot.studyId !== id);
  assert.deepEqual([done.study?.tasks, done.study?.styles], ['study', ['comment', 'question']]);
  assert.deepEqual(
    done.study?.parts.map(({ condition, style, n }) => [condition, style, n]),
    ['comment', 'question'].flatMap((style) => ['plain', 'steered', 'asked'].map((condition) => [condition, style, 2])),
  );
  assert.deepEqual(
    done.study?.parts[0]?.judged.map(({ kind }) => kind),
    ['high-level', 'performance'],
  );
  assert.equal(done.past[0]?.title, 'C++, comment in a file + question, 2 prompts');
  await client.compare({ id });
  const beside = await when(({ compared }) => compared !== undefined);
  assert.deepEqual(beside.compared, { id, study });
  await assert.rejects(client.compare({ id: UUID }), /not there any more/);
  await client.compare({ id: null });
  await when(({ compared }) => compared === undefined);
  panel.dispose();
  const again = await restored(beside.state);
  assert.equal((await again.when(({ compared }) => compared !== undefined)).compared?.id, id);
});

const UUID = '00000000-0000-4000-8000-000000000000';
const HOSTILE_STATES: readonly unknown[] = [
  undefined,
  'text',
  42,
  [],
  {},
  { settings: SMALL },
  { settings: SMALL, study: '../../etc/passwd' },
  { settings: SMALL, study: '<img src=x onerror=alert(1)>' },
  { settings: { ...SMALL, prompts: 1e9 }, study: null },
  { settings: { ...SMALL, prompts: '2' }, study: null },
  { settings: { ...SMALL, direction: 'x'.repeat(1e6) }, study: null },
  { settings: { ...SMALL, sweep: 1 }, study: null },
  { settings: { ...SMALL, command: 'x' }, study: null },
  { settings: SMALL, study: null, html: '<script>' },
  { settings: SMALL, study: UUID, __proto__: { isMeasuring: true } },
  JSON.parse('{"settings": null, "study": null, "__proto__": {"polluted": true}}'),
];

test('a state that no page of ours kept is as none', async (t) => {
  await prepare(t);
  const { panel, when } = await restored(null);
  const fresh = await when(() => true);
  panel.dispose();
  for (const state of HOSTILE_STATES) {
    const { panel: opened, when: whenSeen } = await restored(state);
    const { past: _past, ...snapshot }: BiasSnapshot = await whenSeen(() => true);
    const { past: _none, ...expected } = fresh;
    assert.deepEqual(snapshot, expected, JSON.stringify(state)?.slice(0, 100));
    opened.dispose();
  }
  assert.deepEqual([fake.said('error'), fake.executed, Object.hasOwn(Object.prototype, 'polluted')], [[], [], false]);
});

test('a study that has gone since is missed in the log only', async (t) => {
  await prepare(t);
  const { when } = await restored(keptBy(SMALL, UUID));
  await until(() => fake.logged.some(({ text }) => text.includes('not there any more')));
  const { study, settings } = await when(() => true);
  assert.deepEqual([study, settings, fake.said('error')], [undefined, SMALL, []]);
});
