import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wilson } from '../../../src/core/stats/wilson.ts';
import { readCell } from '../../../src/core/study/cell.ts';
import { studyResults } from '../../../src/core/study/results.ts';
import type { StudyResults } from '../../../src/core/study/results.ts';
import { dominates } from '../../../src/core/study/frontier.ts';
import { answerOf, cellOf, facts, resultOf } from './sample.ts';

/** Answers p0, p1, ... in these languages. */
const inLanguages = (...languages: readonly ('cpp' | 'rust' | 'python' | 'none')[]) =>
  languages.map((language, i) => answerOf(`p${i}`, language));

function row(results: StudyResults, method: string, target: string, strength?: number) {
  const found = results.rows.find(
    (one) => one.method === method && one.target === target && (strength === undefined || one.strength === strength),
  );
  return found ?? assert.fail(`no row ${method} ${target}`);
}

test('the unsteered cell is held against every language, with counts of all prompts', () => {
  const results = studyResults(
    [
      resultOf(cellOf('none', null), inLanguages('python', 'cpp', 'none', 'python')),
      resultOf(cellOf('prompt', 'cpp'), inLanguages('cpp', 'cpp', 'cpp', 'python')),
      resultOf(cellOf('prompt', 'rust'), inLanguages('rust', 'rust', 'python', 'python')),
    ],
    facts,
  );
  const plain = row(results, 'none', 'cpp');
  assert.deepEqual([plain.n, plain.withCode, plain.onTarget, plain.share], [4, 3, 1, wilson(1, 4)]);
  assert.equal(row(results, 'none', 'rust').onTarget, 0);
  assert.equal(plain.stability, null);
  assert.deepEqual(row(results, 'prompt', 'cpp').stability, { already: 1, kept: 1 });
  assert.deepEqual(row(results, 'prompt', 'rust').stability, { already: 0, kept: 0 });
});

test('valid and compiled count in the target alone; without a compiler nothing is said', () => {
  const answers = [
    answerOf('p0', 'cpp', { syntax: false }),
    answerOf('p1', 'cpp', { valid: false, parses: false }),
    answerOf('p2', 'python'),
    answerOf('p3', 'none', { parses: null, syntax: null, valid: false }),
  ];
  const uncompiled = answers.map((answer) => ({ ...answer, syntax: null }));
  const results = studyResults(
    [resultOf(cellOf('prompt', 'cpp'), answers), resultOf(cellOf('prompt', 'cpp', { style: 'question' }), uncompiled)],
    facts,
  );
  const [first, second] = results.rows;
  assert.deepEqual([first.onTarget, first.valid, first.syntax, first.parses], [2, 1, 1, 2]);
  assert.equal(second.syntax, null);
  assert.equal(first.tokensPerSecond, 20);
});

test('perplexity is pooled over tokens, and its ratio is over the prompts that both were scored on', () => {
  const scored = (id: string, sum: number, tokens: number, other: number) =>
    answerOf(id, 'cpp', { nll: { sum, tokens }, otherNll: { sum: other, tokens } });
  const results = studyResults(
    [
      resultOf(cellOf('prompt', 'cpp'), [scored('p0', 10, 10, 20), scored('p1', 10, 30, 40), scored('p2', 90, 10, 99)]),
      resultOf(cellOf('dim', 'cpp'), [scored('p0', 20, 10, 25), scored('p1', 20, 30, 30), answerOf('p3', 'cpp')]),
    ],
    facts,
  );
  const [asked, dim] = [row(results, 'prompt', 'cpp'), row(results, 'dim', 'cpp')];
  assert.equal(asked.perplexity, Math.exp(110 / 50));
  assert.equal(asked.perplexityRatio, 1);
  assert.equal(dim.perplexity, Math.exp(1));
  // On p0 and p1: 40 tokens, of 20 nats asked and of 40 steered.
  assert.ok(Math.abs((dim.perplexityRatio ?? 0) - Math.exp(1 - 0.5)) < 1e-12);
  assert.equal(dim.relevance, 55 / 40 - 1);
  assert.ok(Math.abs((dim.relevanceRatio ?? 0) - (55 / 40 - 1) / (60 / 40 - 20 / 40)) < 1e-12);
});

test('McNemar: the first is the method, the second its rival, by prompt and not by place', () => {
  const asked = ['p3', 'p2', 'p1', 'p0'].map((id) => answerOf(id, id === 'p3' ? 'cpp' : 'python'));
  const dim = inLanguages('cpp', 'cpp', 'cpp', 'python');
  const gone = inLanguages('python', 'python', 'python', 'python');
  const results = studyResults(
    [
      resultOf(cellOf('prompt', 'cpp'), asked),
      resultOf(cellOf('prompt', 'rust'), inLanguages('rust')),
      resultOf(cellOf('dim', 'cpp'), dim),
      resultOf(cellOf('dim', 'rust'), inLanguages('python')),
      resultOf(cellOf('dim', 'cpp', { strength: 2 }), gone),
    ],
    facts,
  );
  const share = (strength: number, rival: string, target: string | null) =>
    results.pairs.find(
      (one) => one.measure === 'share' && one.rival === rival && one.target === target && one.strength === strength,
    );
  const cpp = share(1, 'prompt', 'cpp');
  assert.deepEqual([cpp?.n, cpp?.onlyFirst, cpp?.onlySecond], [4, 3, 1]);
  const pooled = share(1, 'prompt', null);
  assert.deepEqual([pooled?.n, pooled?.onlyFirst, pooled?.onlySecond], [5, 3, 2]);
  assert.equal(share(1, 'dim', 'cpp'), undefined, 'nothing is its own rival');
});

test('a method has the plain difference of means as a rival, as that was fitted', () => {
  const results = studyResults(
    [
      resultOf(cellOf('dim', 'cpp', { strength: 2 }), inLanguages('cpp', 'cpp')),
      resultOf(cellOf('dim', 'cpp'), inLanguages('python', 'cpp')),
      resultOf(cellOf('gact', 'cpp'), inLanguages('cpp', 'cpp')),
    ],
    facts,
  );
  const [pair] = results.pairs.filter(({ rival, measure, target }) => rival === 'dim' && measure === 'share' && target);
  assert.deepEqual([pair.method, pair.onlyFirst, pair.onlySecond], ['gact', 1, 0]);
});

test('pooled over languages, with those named that fall behind asking', () => {
  const results = studyResults(
    [
      resultOf(cellOf('prompt', 'cpp'), inLanguages('cpp', 'cpp', 'python')),
      resultOf(cellOf('prompt', 'rust'), inLanguages('rust', 'rust', 'rust')),
      resultOf(cellOf('dim', 'cpp'), inLanguages('cpp', 'cpp', 'cpp')),
      resultOf(cellOf('dim', 'rust'), inLanguages('rust', 'rust', 'python')),
      resultOf(cellOf('act', 'cpp'), inLanguages('cpp', 'cpp')),
      resultOf(cellOf('none', null), inLanguages('python')),
    ],
    facts,
  );
  const pooled = (method: string) => results.pooled.find((one) => one.method === method) ?? assert.fail(method);
  const dim = pooled('dim');
  assert.deepEqual([dim.valid, dim.n, dim.asked], [5, 6, { n: 6, onTarget: 5, valid: 5 }]);
  assert.deepEqual(dim.behindAsking, ['rust']);
  assert.deepEqual(pooled('act').asked, { n: 2, onTarget: 2, valid: 2 }, 'asking on the same prompts');
  assert.deepEqual(pooled('act').behindAsking, []);
  assert.equal(pooled('none').behindAsking, null);
});

test('a point is off the frontier where another is as good in all and better in one', () => {
  const sweep = (strength: number, share: number, parses: number) =>
    resultOf(
      cellOf('dim', 'cpp', { strength }),
      Array.from({ length: 4 }, (_, i) => answerOf(`p${i}`, i < share ? 'cpp' : 'python', { parses: i < parses })),
    );
  const results = studyResults([sweep(0.5, 1, 4), sweep(1, 3, 3), sweep(2, 3, 2), sweep(3, 4, 1)], facts);
  assert.deepEqual(
    results.rows.map(({ isBestOfMethod }) => isBestOfMethod),
    [true, true, false, true],
  );
  const [a, b] = results.rows;
  const withRatio = (one: typeof a, perplexityRatio: number) => ({ ...one, perplexityRatio });
  assert.ok(dominates(withRatio(a, 1), withRatio(a, 1.1)), 'a lower perplexity is better');
  assert.ok(!dominates(a, a), 'nothing beats itself');
  assert.ok(!dominates(a, b) && !dominates(b, a));
});

test('the bias by kind, of unsteered answers alone', () => {
  const answers = inLanguages('python', 'cpp', 'python', 'python').map((answer, i) => ({
    ...answer,
    kind: i < 2 ? ('high-level' as const) : ('performance' as const),
  }));
  const { bias } = studyResults(
    [resultOf(cellOf('none', null), answers), resultOf(cellOf('prompt', 'cpp'), answers)],
    facts,
  );
  assert.deepEqual(
    bias.map(({ kind, n, counts }) => [kind, n, counts]),
    [
      ['all', 4, { python: 3, cpp: 1 }],
      ['high-level', 2, { python: 1, cpp: 1 }],
      ['performance', 2, { python: 2 }],
    ],
  );
  assert.deepEqual(bias[0]?.share['python'], wilson(3, 4));
});

test('a cell is read back as it was, and refused where anything of it is not right', () => {
  const result = resultOf(cellOf('prompt', 'cpp'), inLanguages('cpp', 'python'));
  const plain = JSON.parse(JSON.stringify(result)) as Record<string, unknown>;
  assert.deepEqual(readCell(plain), result);
  assert.equal(readCell({ ...plain, version: 0 }), undefined);
  assert.equal(readCell({ ...plain, answers: result.answers.slice(1) }), undefined, 'an answer is missing');
  assert.equal(readCell({ ...plain, more: 1 }), undefined);
  assert.equal(readCell(null), undefined);
});
