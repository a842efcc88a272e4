/** `study` as a call of the program: its files, its documents and its exit statuses. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { file, folder, json, run } from './support.ts';

const STUDY = { name: 'toy', maxTokens: 8, parts: [{ methods: ['prompt', 'none'], targets: ['cpp'], prompts: 4 }] };

const studyFile = (name: string, study: unknown): string => file(name, JSON.stringify(study));
const out = (name: string): string[] => ['--out', path.join(folder, name)];

test('it prints a line a cell, the methods, and where the results are', async () => {
  const { status, stdout, stderr } = await run('study', studyFile('toy.json', STUDY), ...out('toy'));
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.match(stdout, /^1 of 2, none-instruction-neutral: 4 Python \(.*\)$/m);
  assert.match(stdout, /^2 of 2, prompt-cpp-instruction-neutral: 4 of 4 in C\+\+, 4 valid, perplexity 7\.39 \(.*\)$/m);
  for (const name of ['study.json', 'study.md', 'study.html']) {
    assert.ok(stdout.includes(path.join(folder, 'toy', name)));
    assert.ok(fs.existsSync(path.join(folder, 'toy', name)));
  }
});

test('--plan runs nothing and says what is done; --json prints the results, again without measuring', async () => {
  const toy = studyFile('again.json', STUDY);
  const before = (await json('study', toy, ...out('again'), '--plan')) as { done: number; cells: { name: string }[] };
  assert.equal(before.done, 0);
  assert.deepEqual(
    before.cells.map(({ name }) => name),
    ['none-instruction-neutral', 'prompt-cpp-instruction-neutral'],
  );
  assert.ok(!fs.existsSync(path.join(folder, 'again')), 'a plan writes nothing');
  const first = (await json('study', toy, ...out('again'))) as { cells: unknown[]; rows: unknown[] };
  assert.deepEqual([first.cells.length, first.rows.length], [2, 2]);
  const second = (await json('study', toy, ...out('again'))) as { cells: unknown[] };
  assert.deepEqual(second.cells, first.cells, 'with the dates of the first');
  const after = (await json('study', toy, ...out('again'), '--plan')) as { done: number; remainingMs: number };
  assert.deepEqual([after.done, after.remainingMs], [2, 0]);
});

test('a damaged cell is said on stderr and measured anew', async () => {
  const toy = studyFile('damaged.json', STUDY);
  await json('study', toy, ...out('damaged'));
  const cells = path.join(folder, 'damaged', 'cells');
  const [name = ''] = fs.readdirSync(cells);
  fs.writeFileSync(path.join(cells, name), 'nothing');
  const { status, stderr } = await run('study', toy, ...out('damaged'), '--json');
  assert.equal(status, 0);
  assert.match(stderr, /^steerscope: warning: .*none-instruction-neutral-.* is damaged, and is measured again$/m);
});

test('a wrong file is a wrong call, and its field is named', async () => {
  const wrong = studyFile('wrong.json', { ...STUDY, parts: [{ ...STUDY.parts[0], targets: ['cobol'] }] });
  const { status, stderr, stdout } = await run('study', wrong);
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /wrong\.json: parts\.0\.targets\.0 must be one of python, cpp/);
  assert.match(stderr, /Usage: steerscope study/);
  assert.equal((await run('study', file('torn.json', '{'))).status, 2);
  assert.equal((await run('study')).status, 2);
  const right = studyFile('right.json', STUDY);
  assert.match((await run('study', right, '--store', 'elsewhere')).stderr, /artefacts in its own folder/);
  assert.match((await run('study', right, '--seed', '3')).stderr, /the seeds of a study are in its file/);
  assert.equal((await run('study', path.join(folder, 'nowhere.json'))).status, 1);
});
