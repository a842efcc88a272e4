/** What panels export opens again from its file, in the panel that it is of; anything else is refused, and nothing is lost. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { probesSchemas, type ProbesPanel, type ProbesSnapshot } from '../../../../src/protocol/panels/probes.ts';
import { panels } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { SMALL, isDone, keptBy, prepare, restored, watchPage } from './biasSupport.ts';
import { watchSnapshots } from './page.ts';

test('an exported study of the bias opens again, without its id and without a model', async (t) => {
  const { run, runs, home, engine } = await prepare(t);
  const { client, when, panel } = await restored(keptBy(SMALL));
  await client.start({});
  const { studyId = '', study } = await when(isDone);
  const file = path.join(home, 'bias.json');
  await fs.writeFile(file, JSON.stringify((await runs.load(studyId)).data));
  await runs.remove(studyId);
  panel.dispose();
  const asked = engine.asked.length;
  fake.answers.push([Uri.file(file)]);
  await run('openTrace');
  const opened = panels.at(-1);
  assert.ok(opened);
  const again = await watchPage(opened).when((snapshot) => snapshot.study !== undefined);
  assert.deepEqual([again.study, again.studyId, engine.asked.length], [study, undefined, asked]);
});

test('an exported study of probes opens in its panel', async (t) => {
  const { run, home } = await prepare(t);
  const layer = { layer: 0, accuracy: [0.9, 0.8, 0.95], majority: 0.5, shuffled: 0.4 };
  const study = {
    version: 1,
    startedAt: '2026-11-28T10:00:00.000Z',
    end: 'complete',
    elapsedMs: 1000,
    model: { name: 'smollm2-135m-instruct', precision: 'fast', fingerprint: 'ab' },
    languages: ['cpp', 'python'],
    hooks: ['resid_post'],
    seed: 0,
    results: [
      {
        labels: ['cpp', 'python'],
        n: 20,
        layers: [layer],
        embedding: layer,
        askedFor: [layer],
        position: 'resid_post',
      },
    ],
    software: '0.1.0',
  };
  const file = path.join(home, 'probes.json');
  await fs.writeFile(file, JSON.stringify(study));
  await run('openTrace', Uri.file(file));
  assert.deepEqual(fake.said('error'), []);
  const [panel] = panels;
  assert.ok(panel);
  const { client, when } = watchSnapshots<ProbesPanel, ProbesSnapshot>(panel, probesSchemas);
  await when(({ study: key }) => key !== undefined);
  assert.deepEqual((await client.figures({}))?.study.results[0]?.labels, ['cpp', 'python']);
});

test('what no panel has exported is refused in words', async (t) => {
  const { run, home } = await prepare(t);
  const file = path.join(home, 'other.json');
  const contents = [
    '{',
    '[]',
    '{"version":1}',
    'null',
    '{"format":"steerscope-trace","schemaVersion":1,"panel":"none","title":"","data":1}',
  ];
  for (const content of contents) {
    await fs.writeFile(file, content);
    fake.answers.push([Uri.file(file)]);
    await run('openTrace');
  }
  const said = fake.said('error');
  assert.equal(said.length, contents.length);
  for (const text of said)
    assert.match(text, /^This trace cannot be opened: .+ Choose a file that was saved from a panel/);
  assert.equal(panels.length, 0);
});
