/** Every verb: what it asks the engine for, the one JSON document that it prints, and what a person sees. */
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { file, folder, json, run } from './support.ts';
import { GREEDY } from '../greedy.ts';
import { sampleComparison } from '../sampleComparison.ts';

/** The options of a call as the engine got them: the fake engine answers with them. */
async function asked(...args: readonly string[]): Promise<unknown> {
  const answer = await json('generate', ...args);
  assert.ok(typeof answer === 'object' && answer !== null && 'text' in answer && typeof answer.text === 'string');
  return JSON.parse(answer.text);
}

const DEFAULTS = {
  prompt: 'p',
  mode: 'auto',
  maxTokens: 256,
  ...GREEDY,
};

test('model', async () => {
  const document = await json('model', '--model', 'm', '--precision', 'exact', '--threads', '3', '--store', 'relative');
  assert.deepEqual(document, {
    name: 'm',
    path: JSON.stringify({
      model: 'm',
      precision: 'exact',
      threads: 3,
      home: path.join(folder, 'home'),
      store: path.resolve('relative'),
      get: false,
    }),
    sha256: '0'.repeat(64),
    architecture: 'llama',
    layers: 2,
    dModel: 4,
    heads: 2,
    kvHeads: 1,
    headWidth: 2,
    vocab: 256,
    context: 64,
    weightTypes: { Q4_1: 14, F32: 5 },
    precision: 'exact',
    fingerprint: 'f'.repeat(64),
  });
});

test('model --get fetches, model --gap measures', async () => {
  const { path: opened } = (await json('model', '--get')) as { path: string };
  assert.equal((JSON.parse(opened) as { get: boolean }).get, true);
  const { maxAbs, relRms, top1 } = (await json('model', '--gap')) as Record<string, number>;
  assert.deepEqual({ maxAbs, relRms, top1 }, { maxAbs: 0.5, relRms: 0.01, top1: 0.98 });
  assert.match((await run('model', '--gap')).stdout, /^weight|tensors +14 Q4_1, 5 F32$/m);
});

test('tokenize reads text and file exactly', async () => {
  const text = ' \ufeffé\r\n\t';
  const expected = { ids: [32, 0xfeff, 233, 13, 10, 9], pieces: [...text] };
  assert.deepEqual(await json('tokenize', '--text', text), expected);
  assert.deepEqual(await json('tokenize', '--file', file('exact.txt', text)), expected);
  assert.deepEqual(await json('tokenize', '--text', ''), { ids: [], pieces: [] });
});

test('logits', async () => {
  const top = [[[97, 3], [98, 2]]]; // prettier-ignore
  assert.deepEqual(await json('logits', '--text', 'a', '--top', '2'), { ids: [97], top });
});

test('layers with the score of a language: a column for it, and where it comes from', async () => {
  const ask = ['layers', '--text', 'ab', '--measure', 'probe:C++', '--top', '1'];
  const { probe } = (await json(...ask)) as { probe: { scores: unknown } };
  assert.deepEqual(probe.scores, [{ language: 'cpp', values: [0.875, 0.875, 0.875, 0.875] }]);
  const { stdout } = await run(...ask);
  assert.match(stdout, /KL to final {2}P\(C\+\+\) {2}next token\n.*0\.875/);
  assert.match(
    stdout,
    /by the probes languages.* of 2026-01-02 03:04 UTC, one for each layer, fitted on tokens of code\n$/,
  );
  assert.ok(!stdout.includes('\u001b[31m'), 'nothing of a name is obeyed');
  const other = await run('layers', '--text', 'ab', '--measure', 'probe:rust');
  assert.equal(other.status, 2);
  assert.match(other.stderr, /was not fitted for rust\n.*Its languages are: cpp/);
});

test('capture gives the engine an absolute path', async () => {
  const document = await json('capture', '--text', 'abc', '--hooks', 'blocks.*.hook_z', '--out', 'x.safetensors');
  const hooks = { 'blocks.*.hook_z': [3, 4], [path.resolve('x.safetensors')]: [] };
  assert.deepEqual(document, { ids: [97, 98, 99], hooks });
});

test('lens', async () => {
  const layers = [0, 1].map((layer) => ({ layer, top: [[[97, 3]]] }));
  assert.deepEqual(await json('lens', '--text', 'a', '--layers', '0,1', '--top', '1'), { ids: [97], layers });
  const { stdout } = await run('lens', '--text', 'a', '--layers', '0,1', '--top', '2');
  assert.equal(
    stdout,
    [
      'By layer, the likeliest tokens after "a" (position 0)',
      '0  "a" 3.00  "\\u001b[31m" 2.00',
      '1  "a" 3.00  "\\u001b[31m" 2.00',
      '',
    ].join('\n'),
  );
});

test('compare: JSON is what the engine says, text is both answers and where they part', async () => {
  const args = ['compare', '--prompt', 'p', '--b', 'cpp=2'];
  const params = { prompt: 'p', a: { steer: [] }, b: { steer: [{ name: 'cpp', strength: 2 }] }, threshold: 0.05 };
  assert.deepEqual(await json(...args), JSON.parse(JSON.stringify(sampleComparison(params))));
  const { stdout } = await run(...args);
  assert.match(stdout, /^A: not steered\nA of p$/m);
  assert.match(stdout, /^B: cpp x 2 in layers 2-3, dose 0.50, decide:3; read again .* after token 2\nB of p$/m);
  assert.match(stdout, /^The texts part at token 2\.$/m);
  assert.match(stdout, /^Over A's text the runs part in layer 2, at token 1 /m);
  assert.match(stdout, /^ +2 +"\(int" +1\.000 +-0\.250 +-2\.250 +steered$/m);
  const same = await run('compare', '--prompt', 'p', '--threshold', '9');
  assert.match(same.stdout, /^B writes the same\.$/m);
  assert.match(same.stdout, /do not part by 9 in any layer/);
});

test('compare passes its options on', async () => {
  const options =
    '--raw --max-tokens 7 --scope-a answer --scope-b decide:3 --a x --b x=2 --b y --threshold 0.5 --top 2';
  const document = await json('compare', '--prompt', 'tell', ...options.split(' '), '--repeat-penalty', '1.1');
  assert.ok(typeof document === 'object' && document !== null && 'asked' in document);
  assert.deepEqual(document.asked, {
    prompt: 'tell',
    options: {
      ...{ mode: 'raw', maxTokens: 7, temperature: 0, topP: 1, topK: 0, repeatPenalty: 1.1 },
      ...{ stop: [], ignoreEos: false, seed: 0 },
    },
    a: { steer: [{ name: 'x', strength: 1 }], scope: 'answer' },
    b: {
      steer: [
        { name: 'x', strength: 2 },
        { name: 'y', strength: 1 },
      ],
      scope: 'decide:3',
    },
    threshold: 0.5,
    top: 2,
  });
});

test('generate asks with the defaults of the contract', async () => {
  assert.deepEqual(await asked('--prompt', 'p'), DEFAULTS);
});

test('generate passes every option on', async () => {
  const options = '--raw --max-tokens 7 --temperature 0.5 --top-p 0.9 --top-k 40 --repeat-penalty 1.1 --ignore-eos';
  const steering = '--batch 2 --seed 9 --steer a --steer b=-0.5 --steer c=1e38 --steer-layers 0,3-5 --scope first:3';
  const args = [...options.split(' '), ...steering.split(' '), '--system', '', '--prefill', '`', '--stop', '\n\n'];
  assert.deepEqual(await asked('--prompt', 'p', ...args), {
    ...DEFAULTS,
    mode: 'raw',
    maxTokens: 7,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    repeatPenalty: 1.1,
    ignoreEos: true,
    batch: 2,
    seed: 9,
    steer: [
      { name: 'a', strength: 1 },
      { name: 'b', strength: -0.5 },
      { name: 'c', strength: 1e38 },
    ],
    steerLayers: '0,3-5',
    scope: 'first:3',
    system: '',
    prefill: '`',
    stop: ['\n\n'],
  });
});

test('generate --prompts answers with an array in the order of the file, ids as they were given', async () => {
  const prompts = file('in.jsonl', '\ufeff{"id":"b","prompt":"say 1"}\r\n\n{"id":7,"prompt":"say 2","more":0}\n');
  const answers = (await json('generate', '--prompts', prompts)) as { id: unknown; text: string }[];
  assert.deepEqual(
    answers.map(({ id, text }) => [id, text]),
    [
      ['b', '1'],
      [7, '2'],
    ],
  );
});

test('generate streams one answer to stdout, and speaks of it on stderr', async () => {
  const { stdout, stderr, status } = await run('generate', '--prompt', 'say hé\u001b[2J\nho', '--steer', 'x=2');
  assert.equal(stdout, 'hé\\u{1b}[2J\nho\n');
  assert.equal(
    stderr,
    '9 tokens, 4500.0 tokens/s; ended by the model; steered by x (strength 2, layers 0-1, dose 0.25)\n',
  );
  assert.equal(status, 0);
});

test('generate without --json prints many answers in order', async () => {
  const prompts = file('two.jsonl', '{"id":"b","prompt":"say 1"}\n{"id":"a","prompt":"say 2"}\n');
  const { stdout } = await run('generate', '--prompts', prompts);
  assert.match(stdout, /^── b\n1\n.*\n\n── a\n2\n/);
});

test('bias', async () => {
  const prompts = file('bias.jsonl', '{"id":1,"prompt":"x"}\n{"id":"2","prompt":"y"}\n');
  assert.deepEqual(await json('bias', '--prompts', prompts, '--max-tokens', '5'), {
    n: 2,
    counts: { python: 2 },
    share: { python: [1, 0.5, 1] },
    perPrompt: [
      { id: 1, language: 'python', confidence: 0.9 },
      { id: '2', language: 'python', confidence: 0.9 },
    ],
  });
  assert.equal(
    (await run('bias', '--prompts', prompts)).stdout,
    `python  ${'█'.repeat(30)}  2 of 2  1.00 [0.50, 1.00]\n`,
  );
});

/** The parameters of a fit as the engine got them: the fake engine puts them into the manifest. */
async function fitted(...args: readonly string[]): Promise<unknown> {
  return ((await json('fit', '--method', 'dim', ...args)) as { params: unknown }).params;
}

test('fit towards a language', async () => {
  assert.deepEqual(await fitted('--target', 'C++', '--seed', '3'), {
    method: 'dim',
    contrast: { kind: 'language', target: 'cpp', source: 'python' },
    name: 'dim-cpp',
    replace: false,
    seed: 3,
  });
  assert.deepEqual(await fitted('--target', 'python', '--source', 'rust', '--name', 'mine', '--replace'), {
    method: 'dim',
    contrast: { kind: 'language', target: 'python', source: 'rust' },
    name: 'mine',
    replace: true,
    seed: 0,
  });
});

test('fit with an autoencoder, for a method that needs one', async () => {
  const { params } = (await json('fit', '--method', 'foxp2', '--target', 'rust', '--sae', 'code-16')) as {
    params: unknown;
  };
  assert.deepEqual(params, {
    method: 'foxp2',
    contrast: { kind: 'language', target: 'rust', source: 'python' },
    name: 'foxp2-rust',
    replace: false,
    seed: 0,
    sae: 'code-16',
  });
});

test('fit for raw text: by itself from what the model writes unasked, and under a name that says so', async () => {
  assert.deepEqual(await fitted('--target', 'C++', '--surface', 'raw'), {
    method: 'dim',
    surface: 'raw',
    contrast: { kind: 'language', target: 'cpp' },
    name: 'dim-cpp-raw',
    replace: false,
    seed: 0,
  });
  const away = await fitted('--target', 'cpp', '--source', 'rust', '--surface', 'raw');
  assert.deepEqual((away as { contrast: unknown }).contrast, { kind: 'language', target: 'cpp', source: 'rust' });
  const refused = await run('fit', '--method', 'dim', '--target', 'cpp', '--surface', 'rough');
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /answer, raw/);
});

test('show and artefacts say which surface an artefact is for: of an old one, answers', async () => {
  assert.match((await run('show', 'dim-cpp')).stdout, /^surface +answer$/m);
  assert.match((await run('artefacts', '--store', 'st')).stdout, /^name .* surface .*\ndim-cpp .* answer /);
});

test('fit from prompts: lines, JSONL and folders', async () => {
  const lines = file('Polite Ones.txt', 'a\r\n\n b \n');
  const jsonl = file('rude.jsonl', '{"prompt":"c"}\n');
  assert.deepEqual(await fitted('--positive', lines, '--negative', jsonl), {
    method: 'dim',
    contrast: { kind: 'prompts', positive: ['a', ' b '], negative: ['c'] },
    name: 'dim-polite-ones',
    replace: false,
    seed: 0,
  });
  file('yes/2.py', 'second\n');
  file('yes/1.py', 'first\n');
  file('no/x.py', 'third');
  const folders = await fitted('--positive', path.join(folder, 'yes'), '--negative', path.join(folder, 'no'));
  assert.deepEqual((folders as { contrast: unknown }).contrast, {
    kind: 'prompts',
    positive: ['first\n', 'second\n'],
    negative: ['third'],
  });
});

test('probe', async () => {
  const layer = { layer: 0, accuracy: [0.9, 0.8, 0.95], majority: 0.5, shuffled: 0.5 };
  const rest = { n: 10, layers: [layer], embedding: layer, askedFor: [layer] };
  assert.deepEqual(await json('probe', '--target', 'rust'), {
    labels: ['rust', 'python'],
    ...rest,
    position: 'resid_post',
  });
  assert.deepEqual(await json('probe', '--artefact', 'a', '--hook', 'mlp_out'), {
    labels: ['a'],
    ...rest,
    position: 'mlp_out',
  });
  assert.match((await run('probe', '--target', 'rust')).stdout, /^embedding +█+░+ +0\.90 \[0\.80, 0\.95\] +0\.50$/m);
  const three = (await json('probe', '--languages', 'c++, rust,go')) as { labels: unknown; askedFor: unknown };
  assert.deepEqual(three.labels, ['cpp', 'rust', 'go']);
  const { stdout } = await run('probe', '--languages', 'cpp,rust,go');
  assert.match(stdout, /^ +cpp +rust +go\ncpp +2 +0 +0\nrust +0 +2 +0\ngo +0 +0 +2$/m);
});

test('lines', async () => {
  const text = 'x = 1\n\nint x;';
  const document = (await json('lines', '--text', text)) as Record<string, unknown>;
  assert.equal(document['perToken'], undefined);
  assert.deepEqual(document['lines'], [
    { line: 0, language: 'python', scores: [0.9, 0.1], tokens: 5 },
    { line: 2, language: 'cpp', scores: [0.25, 0.75], tokens: 6 },
  ]);
  const { perToken } = (await json('lines', '--text', text, '--tokens')) as { perToken: unknown };
  assert.deepEqual(perToken, [{ start: 7, end: 10, line: 2, scores: [0.25, 0.75] }]);
  const { stdout } = await run('lines', '--text', text, '--tokens');
  assert.match(stdout, /^ +3 +0\.25 +0\.75 +int x;$/m);
  assert.match(stdout, /^ +3 +0\.25 +0\.75 +int$/m);
  const { name, kind } = (await json('lines', '--fit')) as Record<string, unknown>;
  assert.deepEqual([name, kind], [`languages-${'f'.repeat(12)}`, 'probe']);
});

test('artefacts, show and remove need no model, and know the store', async () => {
  const missing = ['--model', 'missing'];
  assert.deepEqual(await json('artefacts', ...missing), []);
  const listed = (await json('artefacts', '--store', 'st')) as { name: string; target: string }[];
  assert.deepEqual(listed.map(({ name, target }) => [name, target]), [['dim-cpp', path.resolve('st')]]); // prettier-ignore
  assert.equal(((await json('show', 'x', ...missing)) as { name: string }).name, 'x');
  assert.equal(((await json('remove', 'x', ...missing)) as { name: string }).name, 'x');
  assert.equal((await run('remove', 'damaged')).stdout, 'Removed damaged\n');
  assert.match((await run('artefacts', '--store', 'st')).stdout, /^name +kind .*\ndim-cpp +steering +dim +to /);
  assert.match((await run('show', 'x')).stdout, /^figures\.share +\[1,0\.9,1\]$/m);
});

test('help', async () => {
  const { stdout, status } = await run('--help');
  assert.equal(status, 0);
  assert.deepEqual(await run('help'), { status: 0, stdout, stderr: '' });
  assert.match((await run('help', 'lens')).stdout, /^Usage: steerscope lens /);
  const verbs = 'model tokenize logits capture lens generate compare bias fit probe artefacts show remove'.split(' ');
  for (const verb of verbs) {
    assert.match(stdout, new RegExp(`^  ${verb} `, 'm'));
    const help = await run(verb, '--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, new RegExp(`^Usage: steerscope ${verb} `));
    assert.match(help.stdout, new RegExp(`^Examples?:\n  steerscope ${verb}`, 'm'));
    assert.equal(help.stderr, '');
  }
});
