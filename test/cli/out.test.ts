/** `--out` of `generate` and `bias`: whole or not at all, in the order of the prompts, and nothing that was answered is lost. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { file, folder, json, run, seen, start } from './support.ts';

const IN = '{"id":"a","prompt":"say 1"}\n{"id":2,"prompt":"say two"}\n{"id":"c","prompt":"say 3"}\n';

/** The names in a fresh folder after the work in it, temporary ones included. */
function namesIn(name: string): string[] {
  return fs.readdirSync(path.join(folder, name)).sort();
}

test('the answers go to the file, a summary to stdout', async () => {
  const input = file('whole/in.jsonl', IN);
  const out = path.join(folder, 'whole', 'out.jsonl');
  const summary = (await json('generate', '--prompts', input, '--out', out)) as Record<string, unknown>;
  assert.deepEqual({ ...summary, ms: 0 }, { n: 3, tokens: 5, ms: 0, out });
  assert.ok(Number.isInteger(summary['ms']));
  const answer = { stop: 'eos', ms: { prompt: 1, decode: 2 }, steer: [] };
  assert.deepEqual(
    fs
      .readFileSync(out, 'utf8')
      .split('\n')
      .map((line): unknown => (line === '' ? null : JSON.parse(line))),
    [
      { id: 'a', text: '1', ids: [49], promptTokens: 5, tokens: 1, ...answer },
      { id: 2, text: 'two', ids: [116, 119, 111], promptTokens: 7, tokens: 3, ...answer },
      { id: 'c', text: '3', ids: [51], promptTokens: 5, tokens: 1, ...answer },
      null,
    ],
  );
  assert.deepEqual(namesIn('whole'), ['in.jsonl', 'out.jsonl']);
});

test('the answers that bias judged go to its file, its result to stdout', async () => {
  const input = file('bias/in.jsonl', IN);
  const [out, written] = ['judged.jsonl', 'written.jsonl'].map((name) => path.join(folder, 'bias', name));
  const result = (await json('bias', '--prompts', input, '--out', out ?? '')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(result), ['n', 'counts', 'share', 'perPrompt']);
  await json('generate', '--prompts', input, '--out', written ?? '');
  assert.equal(fs.readFileSync(out ?? '', 'utf8'), fs.readFileSync(written ?? '', 'utf8'));
  assert.match((await run('bias', '--prompts', input, '--out', input)).stderr, /which it would replace/);
});

/** The ids in a file of answers. */
function idsIn(name: string): unknown[] {
  const lines = fs.readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { id: unknown }).id);
}

test('where the work fails, the old file stays, and the answers that were done are kept beside it', async () => {
  // The engine answers from the last to the first: the others are done when it comes to the prompt that fails.
  const out = file('failed/out.jsonl', 'old');
  for (const verb of ['generate', 'bias']) {
    const input = file('failed/in.jsonl', `{"id":"x","prompt":"fail"}\n${IN}`);
    const { status, stdout, stderr } = await run(verb, '--prompts', input, '--out', out);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^The answers that were done are in .*out\.jsonl\.partial\nsteerscope: the answer failed\n/);
    assert.equal(fs.readFileSync(out, 'utf8'), 'old');
    assert.deepEqual(idsIn('failed/out.jsonl.partial'), ['a', 2, 'c']);
    assert.deepEqual(namesIn('failed'), ['in.jsonl', 'out.jsonl', 'out.jsonl.partial']);
  }

  // A later run that succeeds leaves none of it.
  assert.equal((await run('generate', '--prompts', file('failed/in.jsonl', IN), '--out', out)).status, 0);
  assert.deepEqual(namesIn('failed'), ['in.jsonl', 'out.jsonl']);
});

for (const how of ['wait', 'hang']) {
  test(`interrupted in an answer that would ${how}: status 130, the others are kept, nothing is torn`, async () => {
    const input = file(`${how}/in.jsonl`, `{"id":"x","prompt":"${how}"}\n${IN}`);
    const out = file(`${how}/out.jsonl`, 'old');
    const { child, outcome } = start('generate', '--prompts', input, '--out', out, '--verbose');
    await seen(child.stderr, /engine: waiting/);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await outcome;
    assert.match(stderr, /^steerscope: interrupted$/m);
    assert.equal(status, 130);
    assert.equal(stdout, '');
    assert.equal(fs.readFileSync(out, 'utf8'), 'old');
    assert.deepEqual(idsIn(`${how}/out.jsonl.partial`), ['a', 2, 'c']);
    assert.deepEqual(namesIn(how), ['in.jsonl', 'out.jsonl', 'out.jsonl.partial']);
  });
}

test('what cannot be written is refused before a prompt is answered', async () => {
  const input = file('refused/in.jsonl', '{"id":"x","prompt":"wait"}');
  const refused = async (out: string, status: number, message: RegExp): Promise<void> => {
    const outcome = await run('generate', '--prompts', input, '--out', out);
    assert.match(outcome.stderr, message);
    assert.equal(outcome.status, status);
    assert.deepEqual(namesIn('refused'), ['in.jsonl']);
  };
  await refused(
    path.join(folder, 'refused', 'no', 'out.jsonl'),
    1,
    /^steerscope: cannot write .*no such file or folder\n/,
  );
  await refused(path.join(folder, 'refused'), 1, /^steerscope: cannot write .*it is no ordinary file\n/);
  await refused('/dev/null', 1, /^steerscope: cannot write \/dev\/null: it is no ordinary file\n/);
  await refused(input, 2, /^steerscope: --out .* is the file of the prompts/);
});

test('a single prompt, and a link as the file', async () => {
  const target = file('linked/target.jsonl', 'old');
  const link = path.join(folder, 'linked', 'link.jsonl');
  fs.symlinkSync(target, link);
  const { stdout } = await run('generate', '--prompt', 'say hi', '--out', link);
  assert.match(stdout, /^1 answers, 2 tokens in \d+\.\d s: written to .*link\.jsonl\n$/);
  assert.deepEqual(idsIn('linked/target.jsonl'), ['prompt']);
  assert.ok(fs.lstatSync(link).isSymbolicLink());
});
