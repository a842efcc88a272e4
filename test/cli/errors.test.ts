/** Every way in which a call may be wrong or fail: the exit status, one clear line, advice, and a silent stdout. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { file, folder, run, start } from './support.ts';

/** The call exits with `status`, prints no result, and says `message` in its first line. */
async function check(args: readonly string[], status: 1 | 2, message: string | RegExp): Promise<string> {
  const outcome = await run(...args);
  const [first = '', ...rest] = outcome.stderr.split('\n');
  if (typeof message === 'string') assert.equal(first, `steerscope: ${message}`);
  else assert.match(first, message);
  assert.equal(outcome.status, status);
  assert.equal(outcome.stdout, '');
  // A wrong call is told how it is done; work that failed is not.
  assert.equal(/^Usage: steerscope/m.test(outcome.stderr), status === 2);
  return rest.join('\n');
}

const prompt = (...args: readonly string[]): string[] => ['generate', '--prompt', 'p', ...args];

const WRONG_VALUES: readonly (readonly [option: string, value: string, message: string])[] = [
  ['--temperature', 'abc', 'must be a finite number of 0 or more'],
  ['--temperature', '-0.1', 'must be a finite number of 0 or more'],
  ['--temperature', 'Infinity', 'must be a finite number of 0 or more'],
  ['--temperature', '', 'must be a finite number of 0 or more'],
  ['--top-p', '0', 'must be a finite number above 0 and at most 1'],
  ['--top-p', '1.01', 'must be a finite number above 0 and at most 1'],
  ['--top-k', '-1', 'must be a whole number of 0 or more'],
  ['--top-k', '1.5', 'must be a whole number of 0 or more'],
  ['--max-tokens', '-1', 'must be a whole number of 1 or more'],
  ['--max-tokens', '0x10', 'must be a whole number of 1 or more'],
  ['--max-tokens', '1e400', 'must be a whole number of 1 or more'],
  ['--repeat-penalty', '0', 'must be a finite number above 0'],
  ['--batch', '0', 'must be a whole number of 1 or more'],
  ['--seed', '-1', 'must be a whole number from 0 to 4294967295'],
  ['--seed', '4294967296', 'must be a whole number from 0 to 4294967295'],
  ['--threads', '0', 'must be a whole number from 1 to 1024'],
  ['--steer-layers', '3-1', 'must be "all" or a list such as 0,5,10-20'],
  ['--steer-layers', '1,', 'must be "all" or a list such as 0,5,10-20'],
  ['--scope', 'first:0', 'must be one of prompt, answer, all, first:N, decide:N'],
  ['--scope', 'everywhere', 'must be one of prompt, answer, all, first:N, decide:N'],
  ['--stop', '', 'must not be empty'],
  ['--model', '', 'must not be empty'],
];

for (const [option, value, message] of WRONG_VALUES) {
  test(`${option} ${JSON.stringify(value)} is refused`, async () => {
    await check(prompt(option, value), 2, `${option} ${message}; it was given ${JSON.stringify(value)}`);
  });
}

test('a measure that is none, and one of a language that there is not', async () => {
  const ask = (measure: string) => ['layers', '--text', 'x', '--measure', measure];
  await check(ask('norm'), 2, '--measure must be probe:LANG, such as probe:cpp; it was given "norm"');
  await check(ask('probe:klingon'), 2, "no language is called 'klingon'");
});

const WRONG_STRENGTHS = ['NaN', 'Infinity', '-Infinity', '1e39', '', 'strong'];

for (const strength of WRONG_STRENGTHS) {
  test(`a strength of ${JSON.stringify(strength)} is refused`, async () => {
    const message = `--steer x must be a finite number; it was given ${JSON.stringify(strength)}`;
    await check(prompt('--steer', `x=${strength}`), 2, message);
  });
}

const WRONG_CALLS: readonly (readonly [args: readonly string[], message: string | RegExp])[] = [
  [['lenss'], 'there is no verb "lenss"'],
  [['lens', '--text', 'a', '--topp', '3'], "unknown option '--topp'"],
  [['lens', '--text', 'a', '--top', '0'], '--top must be a whole number of 1 or more; it was given "0"'],
  [['lens', '--text', 'a', '--top'], /option '--top <n>' argument missing/],
  [['lens'], 'one of --text and --file is needed'],
  [['lens', '--text', 'a', '--file', 'b'], 'give one of --text and --file, not both'],
  [['lens', 'a'], /too many arguments/],
  [['show'], "missing required argument 'name'"],
  [['capture', '--text', 'a', '--out', 'x'], /required option '--hooks <globs>' not specified/],
  [['generate'], 'one of --prompt and --prompts is needed'],
  [['generate', '--prompt', ''], 'the prompt is empty'],
  [prompt('--prompts', 'x'), 'give one of --prompt and --prompts, not both'],
  [prompt('--chat', '--raw'), /'--chat' cannot be used with option '--raw'/],
  [prompt('--precision', 'double'), /Allowed choices are fast, exact/],
  [prompt('--steer', '=2'), '--steer "=2" names no artefact'],
  [['bias'], /required option '--prompts <file>' not specified/],
  [['fit', '--method', 'dim'], 'one of --target, or --positive and --negative, is needed'],
  [['fit', '--method', 'dim', '--target', 'klingon'], "no language is called 'klingon'"],
  [['fit', '--method', 'dim', '--target', 'python'], 'the target and the source are both python'],
  [['fit', '--method', 'dim', '--positive', 'a'], '--positive and --negative need each other'],
  [['sae', 'collect', '--layer', '1', '--out', 'x'], 'there is no corpus'],
  [
    ['sae', 'collect', '--layer', '1', '--out', 'x', '--written', '--corpus', 'y'],
    '--corpus and --written are two corpora',
  ],
  [['fit', '--method', 'dim', '--source', 'cpp'], '--source needs --target'],
  [['fit', '--method', 'dim', '--target', 'cpp', '--name', 'No Name'], '"No Name" cannot name an artefact'],
  [['probe'], 'one of --artefact, --target and --languages is needed'],
  [['probe', '--languages', 'cpp,klingon'], "no language is called 'klingon'"],
  [['lines', '--fit', '--text', 'a'], '--fit reads no text'],
  [['probe', '--artefact', 'a', '--source', 'rust'], '--source needs --target'],
];

for (const [args, message] of WRONG_CALLS) {
  test(`a wrong call: ${args.join(' ')}`, async () => {
    await check(args, 2, message);
  });
}

test('an unknown verb and an unknown option come with the nearest ones', async () => {
  assert.match(await check(['lenss'], 2, /no verb/), /^The nearest are: lens, /);
  assert.match(await check(['lens', '--tex', 'a'], 2, /unknown option/), /^Did you mean --text\?/);
});

test('the usage is that of the verb, whatever words follow it', async () => {
  const { stderr } = await run('lens', '--text', 'model', '--topp', '3');
  assert.match(stderr, /^Usage: steerscope lens /m);
});

test('no verb at all: help on stderr', async () => {
  const { status, stdout, stderr } = await run();
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^Usage: steerscope VERB/);
});

const BAD_FILES: readonly (readonly [name: string, content: string | Uint8Array, message: RegExp])[] = [
  ['latin1.jsonl', Buffer.from('{"id":"é"', 'latin1'), /latin1\.jsonl is not UTF-8 \(at byte 7\)$/],
  ['cut.jsonl', '{"id":"a","prompt":"x"}\n{"id":"b",', /cut\.jsonl, line 2: not JSON$/],
  ['array.jsonl', '[1]', /line 1: not a JSON object$/],
  ['noid.jsonl', '{"prompt":"x"}', /line 1: "id" must be a text or a whole number$/],
  ['idkind.jsonl', '{"id":1.5,"prompt":"x"}', /line 1: "id" must be a text or a whole number$/],
  ['noprompt.jsonl', '{"id":"a"}', /line 1: "prompt" must be a text$/],
  ['emptyprompt.jsonl', '{"id":"a","prompt":""}', /line 1: the prompt is empty$/],
  ['half.jsonl', '{"id":"a","prompt":"\\ud800"}', /line 1: the prompt holds half of a surrogate pair/],
  ['twice.jsonl', '{"id":1,"prompt":"x"}\n\n{"id":"1","prompt":"y"}', /line 3: the id "1" was used before$/],
  ['empty.jsonl', '\n\n', /empty\.jsonl holds no prompt$/],
];

for (const [name, content, message] of BAD_FILES) {
  test(`a file of prompts that is wrong: ${name}`, async () => {
    await check(['generate', '--prompts', file(name, content)], 1, message);
    await check(['bias', '--prompts', file(name, content)], 1, message);
  });
}

test('files that cannot be read', async () => {
  const nowhere = path.join(folder, 'nowhere.txt');
  await check(['lens', '--file', nowhere], 1, `cannot read ${nowhere}: no such file or folder`);
  await check(['lens', '--file', folder], 1, `cannot read ${folder}: it is a folder`);
  const empty = path.join(folder, 'empty folder');
  fs.mkdirSync(empty);
  const contrast = (a: string, b: string): string[] => ['fit', '--method', 'dim', '--positive', a, '--negative', b];
  await check(contrast(empty, empty), 1, `${empty} holds no file`);
  await check(contrast(empty, file('p.txt', 'p')), 2, '--positive and --negative are a file and a folder');
  await check(contrast(file('blank.txt', '\n'), file('p.txt', 'p')), 1, /blank\.txt holds no prompt$/);
});

test('what the engine refuses is told with its advice', async () => {
  assert.equal(
    await check(prompt('--model', 'missing'), 1, 'the model is not here'),
    'Run steerscope model --get, or npm start.\n',
  );
  assert.equal(await check(['show', 'nope'], 1, 'there is no "nope"'), 'The nearest is dim-cpp.\n');
  await check(['fit', '--method', 'dim', '--target', 'cpp', '--name', 'taken'], 1, 'there is one already');
  await check(['generate', '--prompt', 'fail'], 1, 'the answer failed');
});

test('an engine that dies is a failure with a reason', async () => {
  await check(['generate', '--prompt', 'crash', '--json'], 1, 'the engine exited with code 9');
});

test('activations that are not finite: the other answers come, and the status is 1', async () => {
  const prompts = file('explode.jsonl', '{"id":"a","prompt":"explode"}\n{"id":"b","prompt":"say b"}\n');
  for (const verb of ['generate', 'bias']) {
    const { status, stdout, stderr } = await run(verb, '--prompts', prompts, '--json');
    assert.equal(status, 1);
    assert.match(stderr, /^steerscope: activations became non-finite in 1 of 2 answers: a\n/);
    assert.match(stdout, /^[[{].*[\]}]\n$/);
    JSON.parse(stdout);
  }
});

test('the log of the engine is shown where it is asked for', async () => {
  const { stderr } = await run('tokenize', '--text', 'a', '--verbose');
  assert.match(stderr, /^engine: an engine log line$/m);
  const { outcome } = start('tokenize', '--text', 'a');
  assert.equal((await outcome).stderr, 'steerscope: warning: an engine warning\n');
});
