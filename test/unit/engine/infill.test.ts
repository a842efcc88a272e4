/** Filling in between two texts: how it is asked, what ends it, and what a model without the tokens for it says. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UsageError } from '../../../src/core/errors.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { generate } from '../../../src/engine/generate/generate.ts';
import { promptIds } from '../../../src/engine/generate/promptIds.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { GenerateOptions, Generated } from '../../../src/protocol/engineService.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';
import { idOf, tinyMetadata } from '../tokenizer/tinyVocabulary.ts';
import { GREEDY } from '../../greedy.ts';

const CONTROL = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|fim_pad|>', '<|file_sep|>'];
const OPTIONS: GenerateOptions = {
  ...GREEDY,
  mode: 'raw',
  maxTokens: 60,
};

const home = mkdtempSync(join(tmpdir(), 'steerscope-infill-'));
after(() => rmSync(home, { recursive: true, force: true }));
const directions = new DirectionSource(openStore(join(home, 'store')), join(home, 'none'));
const context = { signal: new AbortController().signal, emit: () => undefined };

let filling: LoadedModel;
let continuing: LoadedModel;
before(async () => {
  const open = (model: string) => openModel({ model, precision: 'exact', threads: 1, home, get: false }, context);
  filling = await open(writeTinyModel(home, { chatTemplate: CHATML, control: CONTROL }, 'filling'));
  continuing = await open(writeTinyModel(home, {}, 'continuing'));
});

async function write(model: LoadedModel, options: Partial<GenerateOptions>): Promise<Generated> {
  const params = { prompts: [{ id: 'p', prompt: 'def f(x):\n' }], options: { ...OPTIONS, ...options } };
  const [answer] = await generate(model, directions, params, context);
  return answer;
}

test('a model says whether it can fill in', () => {
  assert.equal(filling.summary.infill, true);
  assert.equal(continuing.summary.infill, false);
});

test('the text before, the text after, then what the answer begins with, each behind its token', () => {
  const { tokenizer } = filling;
  const { prefix, suffix, middle } = tokenizer.infill ?? assert.fail();
  const asked = { mode: 'raw', suffix: ' return y', prefill: 'y = ' } as const;
  const [before, behind, begun] = ['int x', ' return y', 'y = '].map((part) => tokenizer.encode(part));
  const expected = [prefix, ...before, suffix, ...behind, middle, ...begun];
  assert.deepEqual(promptIds(filling, 'int x', asked, 1), expected);
  const nothing = [prefix, ...before, suffix, middle];
  assert.deepEqual(promptIds(filling, 'int x', { mode: 'raw', suffix: '' }, 1), nothing);
});

test('a token for the beginning of a text comes first', () => {
  const control = ['<s>', ...CONTROL];
  const begin = idOf(tinyMetadata({ control }), '<s>');
  const keys = { 'ggml.bos_token_id': begin, 'ggml.add_bos_token': true };
  const tokenizer = createTokenizer(tinyMetadata({ control, keys }));
  const ids = promptIds({ ...filling, tokenizer }, 'a', { mode: 'raw', suffix: 'b' }, 1);
  assert.deepEqual(ids.slice(0, 2), [begin, tokenizer.infill?.prefix]);
  assert.equal(ids.filter((id) => id === begin).length, 1);
});

test('what is written in the texts does not part them', () => {
  const written = `a${CONTROL.join('')}b`;
  const ids = promptIds(filling, written, { mode: 'raw', suffix: written, prefill: written }, 1);
  assert.deepEqual(
    ids.filter((id) => filling.tokenizer.isSpecial(id)),
    [filling.tokenizer.infill?.prefix, filling.tokenizer.infill?.suffix, filling.tokenizer.infill?.middle],
  );
});

test('the tokens for filling in end what is filled in, and nothing else', async () => {
  const ends = filling.tokenizer.infill?.ends ?? assert.fail();
  assert.equal(ends.size, CONTROL.length);
  const met = { filled: 0, continued: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const sampled = { temperature: 5, seed };
    const filled = await write(filling, { ...sampled, suffix: ' return y' });
    assert.ok(!filled.ids.some((id) => ends.has(id)), `seed ${seed}`);
    // The same tokens where nothing ends them.
    const endless = await write(filling, { ...sampled, suffix: ' return y', ignoreEos: true });
    assert.deepEqual(endless.ids.slice(0, filled.ids.length), filled.ids);
    const next = endless.ids[filled.ids.length];
    if (filled.stop === 'eos') assert.ok(ends.has(next) || filling.tokenizer.eosIds.has(next));
    if (ends.has(next)) met.filled++;
    const continued = await write(filling, sampled);
    if (continued.ids.some((id) => ends.has(id))) met.continued++;
  }
  // Both must have been met, or nothing was tested.
  assert.ok(met.filled > 0 && met.continued > 0, JSON.stringify(met));
});

test('the text after it changes what is filled in, and a typed prompt is filled in all the same', async () => {
  const one = await write(filling, { suffix: ' return y' });
  const other = await write(filling, { suffix: '\nclass A' });
  assert.notDeepEqual(one.ids, other.ids);
  const suffix = ' return y'.repeat(20);
  const first = await write(filling, { suffix, reuse: true });
  const again = await write(filling, { suffix, reuse: true });
  assert.equal(first.reusedTokens, 0);
  assert.ok((again.reusedTokens ?? 0) > 0);
  assert.deepEqual(again.ids, first.ids);
});

test('a suffix is refused where it would be without effect', async () => {
  const refused = (reason: string) => (error: unknown) => error instanceof UsageError && error.reason === reason;
  await assert.rejects(write(continuing, { suffix: 'b' }), refused('no-infill'));
  await assert.rejects(write(continuing, { suffix: '', mode: 'auto' }), refused('no-infill'));
  await assert.rejects(write(filling, { suffix: 'b', mode: 'chat' }), refused('no-suffix'));
  await assert.rejects(write(filling, { suffix: 'b', mode: 'auto' }), refused('no-suffix'));
});
