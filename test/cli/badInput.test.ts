/**
 * What unlucky users hand over, to the built program with its real engine: models, names, numbers and disks that are
 * not as they should be. Each call ends with its exit status, says one clear line and what to do, prints no result, and
 * leaves the home as it was.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { CHATML, tinyGguf, writeTinyModel } from '../tinyModel.ts';
import { pair, rawGguf, tensor, text } from '../unit/format/rawGguf.ts';
import { CLI, buildProgram, call, contents, file, folder, home, orphans, start, startProgram } from './built.ts';
import type { Outcome } from './built.ts';

const tiny = writeTinyModel(folder);
const chat = writeTinyModel(folder, { chatTemplate: CHATML }, 'chat');
const other = writeTinyModel(folder, { chatTemplate: CHATML, seed: 2 }, 'other');
const wider = writeTinyModel(folder, { chatTemplate: CHATML, dModel: 128 }, 'wider');
const deeper = writeTinyModel(folder, { chatTemplate: CHATML, layers: 3 }, 'deeper');

const [kind, rude] = [file('kind.txt', 'please\nthank you\nso nice\n'), file('rude.txt', 'shut up\ngo away\nno\n')];
const CONTRAST = ['--method', 'dim', '--positive', kind, '--negative', rude];

const store = path.join(home, 'store');

before(async () => {
  buildProgram();
  const fitted = await call('fit', ...CONTRAST, '--model', chat, '--name', 'kindness');
  assert.equal(fitted.status, 0, fitted.stderr);
  // Weights are prepared once and kept: that is no change that a refused call makes.
  for (const model of [tiny, other, wider, deeper]) await call('logits', '--text', 'a', '--model', model);
});

/** The call is refused with this status and these two lines, and nothing else happens. */
async function refuse(args: readonly string[], status: 1 | 2, message: RegExp, advice: RegExp): Promise<void> {
  const earlier = contents(store);
  refused(await call(...args), status, message, advice);
  assert.deepEqual(contents(store), earlier, 'the store has changed');
}

function refused({ status: actual, stdout, stderr }: Outcome, status: number, message: RegExp, advice: RegExp): void {
  const lines = stderr.trimEnd().split('\n');
  const begin = lines.findIndex((line) => line.startsWith('steerscope: '));
  assert.ok(begin >= 0, stderr);
  // On a slow machine it is said how far the work is before it is refused.
  for (const line of lines.slice(0, begin)) assert.match(line, /^[a-z ]+: [\d.]+ of [\d.]+ MB/, stderr);
  const [first = '', second = '', ...rest] = lines.slice(begin);
  assert.match(first, message);
  assert.match(second, advice);
  // A wrong call is told how it is done; work that failed has nothing to add, least of all a stack.
  if (status === 2) assert.match(stderr, /\nUsage: steerscope [a-z]+ .*\nAll options: steerscope [a-z]+ --help\n$/);
  assert.equal(rest.length, status === 1 ? 0 : second.startsWith('Usage') ? 1 : 2, stderr);
  assert.equal(actual, status);
  assert.equal(stdout, '');
}

/** The tiny model with one name in it changed to another of the same length. */
function renamed(from: string, to: string, after = from): Buffer {
  const bytes = Buffer.from(tinyGguf());
  bytes.write(to, bytes.indexOf(from, bytes.indexOf(after)), 'latin1');
  return bytes;
}

const whole = tinyGguf();
const blockCount = Buffer.from(whole);
blockCount.writeUInt32LE(99, blockCount.indexOf('llama.block_count') + 'llama.block_count'.length + 4);

const BAD_MODELS: readonly (readonly [name: string, bytes: string | Uint8Array, message: RegExp, advice: RegExp])[] = [
  ['empty', '', /empty\.gguf is empty$/, /get the file again/],
  ['cut to its magic', whole.subarray(0, 4), /the file ends inside the version/, /download it again/],
  ['cut to 100 bytes', whole.subarray(0, 100), /needs more than the 84 bytes that are left/, /download it again/],
  ['cut in half', whole.subarray(0, whole.length / 2), /ends at byte \d+, but the file has only \d+/, /interrupted/],
  ['one byte short', whole.subarray(0, -1), /ends at byte \d+, but the file has only \d+/, /interrupted/],
  ['of zeros', new Uint8Array(4096), /filled with zeros at its beginning/, /download the file again/],
  ['a text', 'no model at all\n'.repeat(9), /this is not a GGUF model/, /path of a \.gguf/],
  ['a web page', '<!DOCTYPE html><html>gone</html>', /is an HTML page/, /download the file itself/],
  ['a ZIP', Buffer.from('PK\x03\x04 and so on', 'latin1'), /is a ZIP archive/, /Unpack it/],
  ['an LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', /is a Git LFS pointer/, /git lfs pull/],
  ['of a later version', rawGguf({ version: 9 }), /GGUF version 9; supported are 2 and 3/, /newer/],
  ['without a family', rawGguf(), /"general\.architecture" is missing/, /not a complete model/],
  [
    'of an unknown family',
    renamed('llama', 'mamba', 'general.architecture'),
    /the architecture "mamba" is not supported; supported: llama$/,
    /Choose a GGUF of a supported family/,
  ],
  [
    'of an unknown tensor type',
    rawGguf({ pairs: [pair('general.architecture', 8, text('llama'))], tensors: [tensor({ type: 16 })] }),
    /"weight" is of type IQ2_XXS, which is not supported/,
    /Supported are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K\.$/,
  ],
  ['of more layers than it has', blockCount, /the tensor blk\.2\.attn_norm\.weight is missing/, /get it again/],
  [
    'of an unknown tokenizer',
    renamed('gpt2', 'bert'),
    /the tokenizer model "bert" is not supported/,
    /Supported: gpt2/,
  ],
  [
    'of an unknown pre-tokenizer',
    renamed('smollm', 'smollx'),
    /"smollx" is not supported \(nearest: smollm/,
    /Supported: /,
  ],
];

for (const [name, bytes, message, advice] of BAD_MODELS) {
  test(`a model that is ${name}`, async () => {
    const model = file(`models/${name}.gguf`.replaceAll(' ', '-'), bytes);
    await refuse(['logits', '--text', 'a', '--model', model, '--json'], 1, message, advice);
  });
}

test('a model that is not there, no file, or not known', async () => {
  const nowhere = path.join(folder, 'nowhere.gguf');
  const tokenize = (model: string): string[] => ['tokenize', '--text', 'a', '--model', model];
  await refuse(tokenize(nowhere), 1, /there is no model file .*nowhere\.gguf$/, /Check the path/);
  await refuse(tokenize(folder), 1, /is a folder$/, /path of a \.gguf/);
  await refuse(tokenize('/dev/null'), 1, /\/dev\/null is not a regular file$/, /path of a \.gguf/);
  await refuse(tokenize('smollm'), 1, /there is no model named/, /Known by name: smollm2-135m-instruct\./);
});

test('a model of the catalogue, without pip and without a network: told at once where it could come from', async () => {
  // A port that was free a moment ago; whoever listens there now is no hub either.
  const hub = 'http://127.0.0.1:49151';
  const nowhere = { STEERSCOPE_HOME: path.join(folder, 'new home'), PATH: folder, HF_ENDPOINT: hub };
  const said = [/smollm2-135m-instruct is not on this machine yet$/, /model --get/] as const;
  refused(await start(['logits', '--text', 'a', '--json'], { env: nowhere }).outcome, 1, ...said);
  const got = await start(['model', '--get', '--json'], { env: nowhere }).outcome;
  refused(got, 1, /could not be fetched: .* no pip was found .*; .* it cannot be reached/, /give --model the path/);
  assert.deepEqual(contents(path.join(nowhere.STEERSCOPE_HOME, 'models')), {});
});

test('hooks and layers that the model does not have', async () => {
  const capture = (hooks: string): string[] => {
    return ['capture', '--text', 'a', '--hooks', hooks, '--out', path.join(folder, 'never'), '--model', tiny, '--json'];
  };
  const near = /nearest: blocks\.0\.hook_resid_post, /;
  await refuse(capture('blocks.*.hook_resid_pst'), 2, near, /names of TransformerLens/);
  await refuse(
    capture('hook_embed,blocks.2.hook_resid_post'),
    2,
    /\(it has blocks 0 to 1\); nearest: /,
    /TransformerLens/,
  );
  await refuse(capture(','), 2, /no hook of this model matches ""/, /TransformerLens/);
  assert.ok(!fs.existsSync(path.join(folder, 'never')));
  const lens = ['lens', '--text', 'a', '--layers', '0,2', '--model', tiny, '--json'];
  await refuse(lens, 2, /"2" names no layers of this model, which has layers 0 to 1$/, /0,5,10-20/);
  await refuse([...ask('kindness'), '--steer-layers', '2'], 2, /"2" names no layers of this model/, /0,5,10-20/);
});

const ask = (steer: string, model = chat): string[] => {
  return ['generate', '--prompt', 'hello', '--max-tokens', '8', '--steer', steer, '--model', model, '--json'];
};

test('artefacts that are not there, with the nearest that are', async () => {
  await refuse(ask('kindnes'), 1, /there is no artefact "kindnes" in .*; nearest: kindness/, /steerscope artefacts/);
  await refuse(['show', 'kindnes'], 1, /nearest: kindness/, /steerscope artefacts/);
  await refuse(['remove', 'kindnes'], 1, /nearest: kindness/, /steerscope artefacts/);
  await refuse(
    ['show', '../kindness'],
    2,
    /"\.\.\/kindness" cannot name an artefact$/,
    /small letters, digits and hyphens/,
  );
});

test('an artefact of another model is refused, whichever difference there is', async () => {
  const advice = /Make one on this model .*, or use the model it was made on: chat\.$/;
  await refuse(ask('kindness', other), 1, /"kindness" does not fit this model: .* chat with the fingerprint /, advice);
  await refuse(ask('kindness', wider), 1, /does not fit this model: .* a width of 64, wider has 128$/, advice);
  await refuse(ask('kindness', deeper), 1, /does not fit this model: .* on 2 layers, deeper has 3$/, advice);
});

test('a damaged artefact is said to be so where it is used and where it is listed, and can be removed', async () => {
  const folderOf = path.join(store, 'kindness_1');
  const copy = path.join(folder, 'damaged store');
  fs.cpSync(folderOf, path.join(copy, 'kindness_1'), { recursive: true });
  const tensors = path.join(copy, 'kindness_1', 'tensors.safetensors');
  const bytes = fs.readFileSync(tensors);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  fs.writeFileSync(tensors, bytes);
  await refuse([...ask('kindness'), '--store', copy], 1, /the artefact "kindness" is damaged: /, /remove kindness/);
  fs.truncateSync(path.join(copy, 'kindness_1', 'manifest.json'), 30);
  const listed = await call('artefacts', '--store', copy, '--json');
  assert.equal(listed.status, 0);
  assert.match(listed.stderr, /^steerscope: warning: the artefact "kindness" is damaged: .* Remove it [^\n]*\n$/);
  assert.ok(!listed.stdout.includes('kindness'));
  assert.equal((await call('remove', 'kindness', '--store', copy)).status, 0);
  assert.deepEqual(contents(copy), {});
});

test('texts and prompts that are empty, or longer than the context', async () => {
  const long = 'x'.repeat(600);
  await refuse(['logits', '--text', '', '--model', tiny], 2, /the text is empty$/, /at least one token/);
  await refuse(['generate', '--prompt', '', '--model', tiny], 2, /the prompt is empty$/, /some text/);
  const read = ['logits', '--text', long, '--model', tiny];
  await refuse(read, 1, /the text has 600 tokens, and this model's context holds 512$/, /Shorten the text/);
  const write = ['generate', '--prompt', long, '--max-tokens', '5', '--model', tiny];
  await refuse(write, 1, /600 tokens and 5 more .* context holds 512$/, /Shorten the prompt, or lower --max-tokens/);
  const none = file('none.jsonl', '\n');
  await refuse(['bias', '--prompts', none, '--model', tiny], 1, /holds no prompt$/, /Each line must be like/);
});

test('what no model can hold is refused with the figures before it is tried', async () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => JSON.stringify({ id: i, prompt: 'a' }));
  const prompts = file('many.jsonl', lines.join('\n'));
  const huge = writeTinyModel(folder, { context: 16_000_000 }, 'huge context');
  const args = ['generate', '--prompts', prompts, '--batch', '60000', '--max-tokens', '15000000', '--model', huge];
  await refuse(args, 1, /60000 texts .* would take about \d+ MB of memory, and \d+ MB are available$/, /Lower --batch/);
});

test('asking a model in a way that it has no way of', async () => {
  await refuse(['generate', '--prompt', 'a', '--chat', '--model', tiny], 1, /no chat template$/, /Use --raw/);
  const raw = ['generate', '--prompt', 'a', '--raw', '--system', 'be brief', '--model', chat];
  await refuse(raw, 2, /has no system message$/, /Leave out --raw or --system/);
});

test('methods and languages that are not known', async () => {
  const fit = (...args: string[]): string[] => ['fit', ...args, '--model', chat, '--json'];
  await refuse(fit('--method', 'dmi', ...CONTRAST.slice(2)), 2, /there is no method "dmi"$/, /The methods are: dim/);
  await refuse(fit('--method', 'dim', '--target', 'pyton'), 2, /no language is called 'pyton'/, /python/);
  const foxp2 = ['--method', 'foxp2', '--target', 'cpp'];
  await refuse(fit(...foxp2), 2, /foxp2 needs a sparse autoencoder, and none ships for chat$/, /--sae NAME/);
  await refuse(
    fit('--method', 'dim', '--target', 'cpp', '--sae', 'code-16'),
    2,
    /dim works without/,
    /Leave --sae out/,
  );
  await refuse(['probe', '--target', 'c--', '--model', chat], 2, /no language is called 'c--'/, /cpp/);
});

for (const strength of ['NaN', 'Infinity', '-Infinity', '1e400']) {
  test(`a strength of ${strength} is no strength`, async () => {
    await refuse(ask(`kindness=${strength}`), 2, /--steer kindness must be a finite number; it was given /, /^Usage/);
  });
}

interface Answer {
  readonly id: string;
  readonly text: string;
  readonly ids: number[];
  readonly stop: string;
}

for (const strength of ['1e38', '-1e38', '3.4e38', '1e20']) {
  test(`a strength of ${strength} ends the answers that it breaks, and is told`, async () => {
    const { status, stdout, stderr } = await call(...ask(`kindness=${strength}`));
    const answer = JSON.parse(stdout) as Answer;
    assert.deepEqual([answer.stop, answer.ids, answer.text], ['nonfinite', [], '']);
    const [first = '', second = '', ...rest] = stderr.trimEnd().split('\n');
    assert.match(first, /^steerscope: activations became non-finite in 1 of 1 answers: prompt$/);
    assert.match(second, /smaller strength/);
    assert.deepEqual(rest, []);
    assert.equal(status, 1);
  });
}

test('an answer that breaks leaves the others alone', async () => {
  // The vector acts from the second token on: an answer that --stop ends at its first one never meets it.
  const prompts = file('two.jsonl', '{"id":"long","prompt":"hello"}\n{"id":"short","prompt":"hello the"}\n');
  const plain = await call('generate', '--prompts', prompts, '--max-tokens', '6', '--model', chat, '--json');
  const [, short] = JSON.parse(plain.stdout) as Answer[];
  assert.ok(short);
  const first = short.text.slice(0, 1);
  const args = ['generate', '--prompts', prompts, '--max-tokens', '6', '--model', chat, '--json', '--batch', '2'];
  const { status, stdout } = await call(...args, '--stop', first, '--steer', 'kindness=1e38', '--scope', 'answer');
  const stops = (JSON.parse(stdout) as Answer[]).map(({ id, stop }) => [id, stop]);
  assert.deepEqual(stops, [
    ['long', 'nonfinite'],
    ['short', 'text'],
  ]);
  assert.equal(status, 1);
});

/** What runs a shell in which a small disk can be mounted that nobody else sees; undefined where that is not allowed. */
function smallDisks(): readonly string[] | undefined {
  for (const flags of ['-m', '-rm']) {
    try {
      execFileSync('unshare', [flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
      return ['unshare', flags];
    } catch {
      // Not on Linux, not root, or not allowed.
    }
  }
  return undefined;
}

const disks = smallDisks();
const skip = disks ? false : 'no disk can be mounted here; test/unit/store/faults.test.ts lets every file call fail';

/** Runs a call on a disk of 256 kB at `$DISK` after `prepare`; what it says, and the files of the disk afterwards. */
async function onSmallDisk(prepare: string, args: readonly string[]): Promise<Outcome & { files: string[] }> {
  const [disk, list] = [path.join(folder, 'disk'), path.join(folder, 'list')];
  fs.mkdirSync(disk, { recursive: true });
  const script = `mount -t tmpfs -o size=256k tmpfs "$DISK" && { ${prepare}; } && { "$@"; status=$?; } ; find "$DISK" -type f -printf '%P\\n' > "$LIST"; exit $status`;
  const [command = '', ...flags] = disks ?? [];
  const words = [...flags, 'sh', '-c', script, 'sh', process.execPath, CLI, ...args];
  const outcome = await startProgram(command, words, { env: { DISK: disk, LIST: list } }).outcome;
  const files = fs.readFileSync(list, 'utf8').split('\n').filter(Boolean).sort();
  return { ...outcome, files };
}

const disk = path.join(folder, 'disk');
const FILL = 'cat /dev/zero > "$DISK/filler" 2>/dev/null; true';
const FULL = [/: the disk is full$/, /Free some space/] as const;
const READ_ONLY = [/: the file system is read-only$/, /Make it writable/] as const;

test('a full disk: the store, an --out and a capture are as they were', { skip }, async () => {
  const fit = await onSmallDisk(FILL, ['fit', ...CONTRAST, '--model', chat, '--store', disk]);
  refused(fit, 1, ...FULL);
  assert.deepEqual(fit.files, ['filler']);
  const kept = `echo kept > "$DISK/out"; ${FILL}`;
  const prompts = file('one.jsonl', '{"id":"a","prompt":"hello"}\n');
  const generate = ['generate', '--prompts', prompts, '--max-tokens', '4', '--model', chat];
  const answers = await onSmallDisk(kept, [...generate, '--out', path.join(disk, 'out')]);
  refused(answers, 1, ...FULL);
  assert.deepEqual(answers.files, ['filler', 'out']);
  const capture = ['capture', '--text', 'hello', '--hooks', '*', '--model', tiny, '--out', path.join(disk, 'out')];
  const values = await onSmallDisk(kept, capture);
  refused(values, 1, ...FULL);
  assert.deepEqual(values.files, ['filler', 'out']);
});

test('a full disk where the weights are to be prepared', { skip }, async () => {
  const prepare = `mkdir "$DISK/home"; ${FILL}; export STEERSCOPE_HOME="$DISK/home"`;
  const { files, ...outcome } = await onSmallDisk(prepare, ['logits', '--text', 'a', '--model', tiny]);
  refused(outcome, 1, ...FULL);
  assert.deepEqual(files, ['filler']);
});

test(
  'a read-only disk: the store is read and not written, and work that would be lost is not begun',
  { skip },
  async () => {
    const prepare = `cp -r "${store}/." "$DISK" && mount -o remount,ro "$DISK"`;
    const used = await onSmallDisk(prepare, [...ask('kindness'), '--store', disk]);
    assert.deepEqual([used.status, used.stderr], [0, '']);
    const files = ['kindness_1/manifest.json', 'kindness_1/tensors.safetensors'];
    for (const args of [
      ['fit', ...CONTRAST, '--name', 'more', '--model', chat],
      ['remove', 'kindness'],
    ]) {
      const outcome = await onSmallDisk(prepare, [...args, '--store', disk]);
      refused(outcome, 1, ...READ_ONLY);
      assert.deepEqual(outcome.files, files);
    }
  },
);

test('nothing that was started is still running', async () => {
  assert.deepEqual(await orphans(), []);
});
