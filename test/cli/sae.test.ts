/** The verbs of `sae` in a process: options become parameters, answers become tables, and what contradicts itself is refused. */
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { file, json, run } from './support.ts';

/** What the engine was asked for, from where its answer says it. */
async function asked(where: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const told: unknown = Reflect.get((await json('sae', ...args)) as object, where);
  return JSON.parse(String(Array.isArray(told) ? told[0] : told)) as Record<string, unknown>;
}

async function out(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run('sae', ...args);
  assert.equal(status, 0, stderr);
  // Names and texts come from files and models.
  assert.ok(!stdout.includes('\u001b'), stdout);
  return stdout;
}

test('eval: activations, a corpus or texts; cross-entropy only where text is run', async () => {
  const common = { name: 'sae', window: 256, maxTokens: 16_384, seed: 0 };
  const acts = path.resolve('acts');
  const rows = await asked('notes', 'eval', 'sae', '--activations', 'acts', '--rows', '5000');
  assert.deepEqual(rows, { ...common, on: { kind: 'activations', folder: acts, rows: 5000 } });
  const corpus = await asked(
    'notes',
    'eval',
    'sae',
    '--corpus',
    'code',
    '--window',
    '64',
    '--max-tokens',
    '9',
    '--seed',
    '2',
  );
  assert.deepEqual(corpus, { name: 'sae', window: 64, maxTokens: 9, seed: 2, on: { kind: 'corpus', folder: path.resolve('code') } }); // prettier-ignore
  const texts = await asked('notes', 'eval', 'sae', '--texts', file('a.txt', 'some text'));
  assert.deepEqual(texts, { ...common, on: { kind: 'texts', texts: [{ id: 'a.txt', text: 'some text' }] } });
  const onRows = await out('eval', 'sae', '--activations', 'acts');
  assert.match(onRows, /^never active +12\.5% of the features, in 6000 activations$/m);
  assert.match(onRows, /one that is active more than once in 2000 would most likely be seen/);
  assert.doesNotMatch(onRows, /cross-entropy/);
  assert.match(await out('eval', 'sae', '--corpus', 'code'), /^cross-entropy recovered +0\.90 .*against the mean$/m);
});

test('evidence: of a corpus the held-out packages, of texts all', async () => {
  const common = { name: 'sae', tokens: 200_000, windowTokens: 128, contexts: 8, seed: 0 };
  const held = await asked('notes', 'evidence', 'sae', '--corpus', 'code');
  assert.deepEqual(held, { ...common, corpus: path.resolve('code'), heldOut: true });
  const all = await asked(
    'notes',
    'evidence',
    'sae',
    '--texts',
    'new',
    '--contexts',
    '4',
    '--tokens',
    '9',
    '--window',
    '3',
  );
  assert.deepEqual(all, {
    ...common,
    corpus: path.resolve('new'),
    heldOut: false,
    contexts: 4,
    tokens: 9,
    windowTokens: 3,
  });
  const told = await out('evidence', 'sae', '--corpus', 'code');
  assert.match(told, /^3 features on 1000 tokens of 2 files of held.*-out; 1 never active$/m);
  assert.match(told, /^Left out: 9 first positions, 2 massive ones$/m);
  assert.match(told, /^rust +5 +2$/m);
});

test('features: the list, and what is active at a text, with what is left out', async () => {
  const { home: _, ...list } = await asked(
    'name',
    'features',
    'sae',
    '--search',
    'fn',
    '--language',
    'rust',
    '--sort',
    'max',
  );
  assert.deepEqual(list, { name: 'sae', search: 'fn', language: 'rust', sort: 'max', limit: 30 });
  assert.match(await out('features', 'sae'), /^ *1 +4\.10% +9\.00 +rust 0\.910 +on "fn1", Rust \(AUROC 0\.91\)$/m);
  const fires = await asked('name', 'features', 'sae', '--text', 'ab', '--top', '2');
  assert.deepEqual([fires['name'], fires['text'], fires['top']], ['sae', 'ab', 2]);
  const told = await out('features', 'sae', '--text', 'ab');
  assert.match(told, /^ *0 +"a" +left out *$/m);
  assert.match(told, /^ *1 +"b" +4 +2 1\.50 \(on "b"\)$/m);
  assert.match(told, /^Left out: the first position/m);
});

test('show and label', async () => {
  const told = await out('show', 'sae', '1');
  assert.match(told, /^feature 1: on "fn1"/);
  assert.match(told, /^language +AUROC +lift$/m);
  assert.match(told, /^cosine 0\.750 with 0: label 0$/m);
  assert.match(told, /\(a\/main\.rs\)$/m);
  assert.deepEqual(await json('sae', 'label', 'sae', '1', 'mine'), { name: 'sae', index: 1, label: 'mine' });
  assert.match(await out('label', 'sae', '1', ''), /^feature 1 has no label of yours$/m);
  assert.match(await out('label', 'sae', '1', '  '), /^feature 1 has no label of yours$/m);
  assert.deepEqual(await json('sae', 'label', 'sae', '1', ' '), { name: 'sae', index: 1, label: '' });
});

test('tiers: unsteered first, then the three', async () => {
  const { status, stdout } = await run('sae', 'tiers', 'sae:1=0.5', '--prompt', 'say hello there', '--json');
  assert.equal(status, 0);
  const told = JSON.parse(stdout) as {
    readonly dose: number;
    readonly tiers: readonly { readonly tier: string }[];
  };
  assert.equal(told.dose, 0.5);
  assert.deepEqual(told.tiers.map(({ tier }) => tier), ['unsteered', 'when', 'hold', 'add']); // prettier-ignore
});

test('a feature that is not there is refused before anything is answered', async () => {
  // The prompt would end the engine.
  const { status, stderr } = await run('sae', 'tiers', 'sae:3', '--prompt', 'crash');
  assert.equal(status, 2);
  assert.match(stderr, /^steerscope: there is no feature 3 in "sae"$/m);
  const other = await run('sae', 'tiers', 'dim-cpp:0', '--prompt', 'crash');
  assert.equal(other.status, 1);
  assert.match(other.stderr, /"dim-cpp" is a steering, not a sparse autoencoder/);
});

test('import, export and collect', async () => {
  const brought = await asked('notes', 'import', 'folder', '--name', 'mine', '--hook', 'blocks.1.hook_mlp_out');
  assert.deepEqual(brought, { folder: path.resolve('folder'), name: 'mine', replace: false, hook: 'blocks.1.hook_mlp_out' }); // prettier-ignore
  const passed = await asked('notes', 'export', 'sae', '--out', 'tree', '--as', 'neuronpedia');
  assert.deepEqual(passed, { name: 'sae', out: path.resolve('tree'), as: 'neuronpedia' });
  assert.match((await run('sae', 'export', 'sae', '--out', 'tree')).stderr, /^note: /m);
  const collected = await asked('corpusHash', 'collect', '--layer', '1', '--corpus', 'code', '--out', 'acts');
  assert.deepEqual(collected['corpus'], { kind: 'folder', folder: path.resolve('code') });
  assert.match(
    await out('collect', '--layer', '1', '--written', '--out', 'acts'),
    /^Held out by package: 2 packages in all$/m,
  );
});

const WRONG: readonly (readonly [call: string, message: RegExp])[] = [
  ['eval sae', /one of --activations, --corpus and --texts is needed/],
  ['eval sae --corpus a --texts b', /give one of --activations, --corpus and --texts, not several/],
  ['eval sae --corpus a --rows 5', /--rows is for --activations/],
  ['eval sae --activations a --rows 0', /--rows must be a whole number of 1 or more/],
  ['evidence sae', /one of --corpus and --texts is needed/],
  ['evidence sae --corpus a --texts b', /give one of --corpus and --texts, not both/],
  ['evidence sae --corpus a --contexts 65', /--contexts must be a whole number from 1 to 64/],
  ['evidence sae --corpus a --window 1', /--window must be a whole number from 2 to 2048/],
  ['features sae --sort size', /Allowed choices are auroc, density, max, index/],
  ['features sae --text a --search b', /--search, --language, --sort and --limit are for the list/],
  ['features sae --text a --limit 3', /--search, --language, --sort and --limit are for the list/],
  ['features sae --text a --sort auroc', /--search, --language, --sort and --limit are for the list/],
  ['features sae --top 3', /--top and --special are for a text/],
  ['features sae --special', /--top and --special are for a text/],
  ['direct sae 1 --as a --op ablate --value 2', /--op ablate takes no --value/],
  ['show sae', /missing required argument 'feature'/],
  ['show sae one', /the feature must be a whole number of 0 or more/],
  ['show sae 3', /there is no feature 3/],
  ['label sae -- -1 x', /the feature must be a whole number of 0 or more/],
  ['tiers sae', /^steerscope: the feature "sae" names no feature$/m],
  ['tiers sae:1=clamp:2 --prompt a', /the tiers are changes themselves/],
  ['tiers sae:1', /one of --prompt and --prompts is needed/],
  ['export sae', /required option '--out <folder>' not specified/],
  ['export sae --out a --as npz', /Allowed choices are saelens, neuronpedia/],
  ['import folder', /required option '--name <name>' not specified/],
  ['import folder --name Mine', /--name must be 1 to 64 small letters/],
  ['collect --layer 1 --out a --written --tokens 10', /--tokens must be a whole number of 1000 or more/],
];

for (const [call, message] of WRONG)
  test(`a wrong call: sae ${call}`, async () => {
    const { status, stdout, stderr } = await run('sae', ...call.split(' '));
    assert.match(stderr, message);
    assert.match(stderr, /^Usage: steerscope sae /m);
    assert.deepEqual([status, stdout], [2, '']);
  });

test('help of a study lists no option that a study refuses', async () => {
  const { stdout } = await run('study', '--help');
  assert.match(stdout, /--precision/);
  assert.doesNotMatch(stdout, /--store <folder>|--seed <s>/);
});
