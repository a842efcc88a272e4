/** Probes over tiny models: languages that are told apart by construction, and the readings of single tokens. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { LanguageId } from '../../../src/core/language/languages.ts';
import { CORE_FIT_TASKS } from '../../../src/core/language/prompts/fitTasks.ts';
import { scores, type LinearProbe } from '../../../src/core/probes/linear.ts';
import { createRandom } from '../../../src/core/stats/random.ts';
import { openModel } from '../../../src/engine/model/loadedModel.ts';
import { BODY_TOKENS, bodiesKey } from '../../../src/engine/probe/bodies.ts';
import { LINE_PROBE_METHOD, probeTensors } from '../../../src/engine/probe/lineProbe.ts';
import { readLines } from '../../../src/engine/probe/lines.ts';
import { TASKS, probe } from '../../../src/engine/probe/probe.ts';
import { valuesAt } from '../../../src/engine/reading/capture.ts';
import { directionsAt } from '../../../src/engine/service/opened.ts';
import { writeRun } from '../../../src/engine/store/runs.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import { residPost } from '../../../src/core/graph/hooks.ts';
import type { Progress } from '../../../src/protocol/engineService.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-probes-'));
after(() => rmSync(home, { recursive: true, force: true }));

const file = writeTinyModel(home, { chatTemplate: CHATML, context: 2048 });
const quiet = { signal: new AbortController().signal, emit: () => undefined };
const model = await openModel({ model: file, precision: 'exact', threads: 1, home, get: false }, quiet);

const store = openStore(join(home, 'store'));
const places = { directions: directionsAt({ home }), runs: join(home, 'runs') };

/** Code in which each language has a letter of its own. */
const LETTERS: Partial<Record<LanguageId, string>> = { python: 'p', cpp: 'c', rust: 'r' };

async function writeBodies(): Promise<void> {
  const tasks = CORE_FIT_TASKS.slice(0, TASKS);
  for (const [language, letter] of Object.entries(LETTERS) as [LanguageId, string][]) {
    const bodies = tasks.map((_, i) => `${i} `.padEnd(80, letter));
    await writeRun(places.runs, bodiesKey(model, language, tasks, BODY_TOKENS), bodies);
  }
}

test('languages that differ in their tokens are told apart by every layer, by both probes, and by the embedding', async () => {
  await writeBodies();
  const steps: Progress[] = [];
  const context = { ...quiet, emit: (step: Progress) => void steps.push(step) };
  const languages = ['c++', 'rust', 'python'];
  const result = await probe(model, places, { languages, hook: 'resid_post', seed: 0 }, context);
  const { labels, n, layers, embedding, askedFor, askedForEmbedding } = result;
  assert.deepEqual(labels, ['cpp', 'rust', 'python']);
  assert.deepEqual([n, layers.length, askedFor.length], [90, 2, 2]);
  for (const { accuracy, centroids, majority, confusion } of [...layers, embedding]) {
    assert.deepEqual([accuracy[0], centroids?.[0], majority], [1, 1, 1 / 3]);
    assert.deepEqual(confusion, [
      [30, 0, 0],
      [0, 30, 0],
      [0, 0, 30],
    ]);
  }
  // The last token of a prompt is the same whatever the prompt asks for.
  assert.ok((askedForEmbedding?.accuracy[0] ?? 1) <= 1 / 3);
  const fitted = steps.filter(({ unit }) => unit === 'probes').map(({ phase, done, total }) => [phase, done, total]);
  assert.deepEqual(fitted.slice(0, 3), [
    ['probing code: fitting', 1, 3],
    ['probing code: fitting', 2, 3],
    ['probing code: fitting', 3, 3],
  ]);
});

test('two languages give the same figures by name and as a list; heads are probed as the stream is', async () => {
  await writeBodies();
  const pair = { target: 'cpp', source: 'python', hook: 'attn.hook_z', seed: 3 };
  const named = await probe(model, places, pair, quiet);
  const { hook, seed } = pair;
  assert.deepEqual(await probe(model, places, { languages: ['cpp', 'python'], hook, seed }, quiet), named);
  assert.equal(named.layers.length, 2);
});

test('a language that is named twice, or that there is not, is refused before anything is run', async () => {
  const ask = (languages: readonly string[]) => probe(model, places, { languages, hook: 'resid_post', seed: 0 }, quiet);
  await assert.rejects(ask(['cpp', 'c++']), (error) => SteerscopeError.is(error, 'same-language'));
  await assert.rejects(ask(['cpp', 'klingon']), (error) => SteerscopeError.is(error, 'unknown-language'));
});

/** A probe of random weights, kept as one that was fitted. */
async function saveProbe(layer: number): Promise<LinearProbe> {
  const random = createRandom(5);
  const d = model.config.dModel;
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const kept = { classes: 3, weights: normal(3 * d), bias: normal(3), mean: normal(d), scale: normal(d).map(Math.abs) };
  const { name, fingerprint, architecture, dModel, layers, precision, weightTypes } = model.summary;
  const draft = {
    ...({ name: 'languages', kind: 'probe', method: LINE_PROBE_METHOD, hook: 'resid_post', layers: [layer] } as const),
    model: { name, fingerprint, architecture, dModel, layers, precision, weightTypes },
    ...({ positions: 'all', chatTemplateHash: null, scope: 'all', surface: 'raw', strength: 1, seed: 0 } as const),
    ...{ dataHash: '0'.repeat(64), medianNorms: [], software: '0', figures: {} },
    params: { languages: ['python', 'cpp', 'rust'] },
  };
  await store.save(draft, probeTensors(kept), { replace: true });
  return kept;
}

const TEXT = 'def f(x):\n    return "é😀"\n\nclass the(of):\n\tx = 1\n';

test('each visible token has its place in the text and the probabilities of the probe at it', async () => {
  const kept = await saveProbe(1);
  const shipped = join(home, 'none');
  const {
    perToken = [],
    lines,
    languages,
  } = await readLines(model, { store, shipped }, { text: TEXT, perToken: true }, quiet);
  const ids = model.tokenizer.encode(TEXT, { bos: true });
  const values = (await valuesAt(model, ids, [residPost(1)], quiet.signal)).get(residPost(1)) ?? new Float32Array();
  const expected = scores(kept, values); // [pos, 3]
  const shown = perToken.map(({ start, end }) => TEXT.slice(start, end));
  assert.ok(
    shown.every((piece) => piece.trim() !== ''),
    JSON.stringify(shown),
  );
  // All that is visible but the first token is there, in order.
  const covered = new Set(perToken.flatMap(({ start, end }) => rangeOf(start, end)));
  const [first = 0] = covered;
  assert.equal(withoutBlanks([...covered].map((i) => TEXT[i]).join('')), withoutBlanks(TEXT.slice(first)));
  assert.ok(first <= 3, `${first}`);
  for (const { line, start, end, scores: found } of perToken) {
    const upTo = TEXT.slice(0, start + TEXT.slice(start, end).search(/\S/));
    assert.equal(line, upTo.split('\n').length - 1);
    assert.ok(Math.abs(found.reduce((sum, p) => sum + p, 0) - 1) < 1e-12);
  }
  const last = perToken.at(-1)?.scores ?? [];
  const position = ids.findLastIndex((id) => model.tokenizer.piece(id).trim() === '1');
  last.forEach((p, c) => assert.ok(Math.abs(p - (expected[position * 3 + c] ?? NaN)) < 1e-4, `${p}`));
  assert.deepEqual(languages, ['python', 'cpp', 'rust']);
  // A line of which one token is visible says what that token says.
  const single = lines.filter(({ tokens }) => tokens === 1);
  assert.ok(single.length < lines.length);
  for (const { line, scores: ofLine } of single)
    assert.deepEqual(perToken.find((token) => token.line === line)?.scores, ofLine);
});

test('nothing is told of tokens where nobody asks, and places are of the whole text where its end alone is read', async () => {
  await saveProbe(0);
  const at = { store, shipped: join(home, 'none') };
  assert.equal((await readLines(model, at, { text: TEXT }, quiet)).perToken, undefined);
  const long = `${'the class\n'.repeat(40)}return x\n`;
  const { perToken = [], leftOut } = await readLines(model, at, { text: long, maxTokens: 24, perToken: true }, quiet);
  assert.ok(leftOut.tokens > 0);
  assert.equal(long.slice(perToken.at(-1)?.start ?? 0, perToken.at(-1)?.end).trim(), 'x');
  assert.ok((perToken[0]?.start ?? 0) > 300, `${perToken[0]?.start}`);
});

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function rangeOf(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
