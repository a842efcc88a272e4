/** Fitting on a model that is made up: where its truth is known, the methods must find it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { dim } from '../../../../src/core/methods/dim.ts';
import type { Candidate, FitBench, TailActivations } from '../../../../src/core/methods/method.ts';
import { METHODS, findMethod } from '../../../../src/core/methods/registry.ts';
import { areaUnderCurve, mostSeparatingLayer } from '../../../../src/core/methods/separation.ts';
import { candidatesFor, chooseCandidate } from '../../../../src/core/methods/tuning.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

const LAYERS = 10;
const D = 4;

/** Noise, with `shift` added along the first axis in layer 6 alone. */
function activations(texts: number, shift: number, seed: number): TailActivations {
  const random = createRandom(seed);
  const means = Array.from({ length: LAYERS }, (_, layer) =>
    Float32Array.from({ length: texts * D }, (_, i) => random.normal() + (layer === 6 && i % D === 0 ? shift : 0)),
  );
  return { texts, means, medianNorms: Array<number>(LAYERS).fill(2) };
}

/** A model in which answers are right where `works` says so. */
function bench(works: (candidate: Candidate) => { onTarget: boolean; valid: boolean }, tasks = 14) {
  const tried = new Map<string, number>();
  const model: FitBench = {
    layers: LAYERS,
    dModel: D,
    headWidth: 1,
    topNeurons: async () => [],
    scope: 'all',
    tasks,
    activations: async (texts) => activations(texts.length, texts[0]?.ids[0] === 1 ? 8 : 0, texts.length),
    tryOut: async (_, candidates, first, count) =>
      candidates.map((candidate) => {
        const key = JSON.stringify(candidate);
        assert.equal(first, tried.get(key) ?? 0, 'every task is met once, in order');
        tried.set(key, first + count);
        const { onTarget, valid } = works(candidate);
        return {
          candidate,
          n: count,
          onTarget: onTarget ? count : 0,
          valid: valid ? count : 0,
          evidence: candidate.strength,
        };
      }),
  };
  return { model, tried };
}

const nothing = { kind: 'vectors', directions: [] } as const;
const texts = (first: number) => Array.from({ length: 40 }, () => ({ ids: [first, 5], tail: 1 }));

describe('difference of means', () => {
  test('finds the axis and the layer that a concept was put in', async () => {
    const { model } = bench(() => ({ onTarget: false, valid: false }), 0);
    const fitted = await dim.fit({ positive: texts(1), negative: texts(0) }, model, { seed: 0 });
    assert.deepEqual(fitted.layers, [6]);
    assert.equal(fitted.intervention.kind, 'vectors');
    const direction = fitted.intervention.kind === 'vectors' ? fitted.intervention.directions[6] : [];
    const [along, ...across] = direction;
    assert.ok(along > 7 && across.every((value) => Math.abs(value) < 1.5), direction.join());
    assert.equal(fitted.strength, 1);
  });
});

describe('choosing a candidate', () => {
  const layersOf = ({ layers }: Candidate) => layers.join();

  test('prefers valid answers to more answers in the language', async () => {
    const { model } = bench(({ layers, strength }) => ({
      onTarget: layersOf({ layers, strength, scope: 'all' }) !== '5',
      valid: layersOf({ layers, strength, scope: 'all' }) === '7' && strength === 0.8,
    }));
    const { best } = await chooseCandidate(nothing, model);
    assert.deepEqual([best.layers, best.strength], [[7], 0.8]);
  });

  test('gives the most tasks to the best and stops early for the rest', async () => {
    const { model, tried } = bench(({ layers }) => ({ onTarget: true, valid: layers.length === 1 && layers[0] === 4 }));
    const { best, figures } = await chooseCandidate(nothing, model);
    assert.deepEqual(best.layers, [4]);
    assert.equal(tried.get(JSON.stringify(best)), 14);
    const counts = [...tried.values()].sort((a, b) => a - b);
    assert.equal(counts[0], 2);
    assert.equal(counts.filter((count) => count === 14).length, 3);
    assert.equal((figures.candidates as unknown[]).length, candidatesFor({ layers: LAYERS, scope: 'all' }).length);
  });

  test('makes do with fewer tasks than rounds', async () => {
    const { model } = bench(() => ({ onTarget: true, valid: true }), 1);
    assert.equal((await chooseCandidate(nothing, model)).best.layers.length > 0, true);
  });

  test('names no layer that a small model lacks', () => {
    for (const layers of [1, 2, 3, 30])
      for (const candidate of candidatesFor({ layers, scope: 'all' }))
        assert.ok(candidate.layers.every((layer) => layer < layers));
  });
});

describe('separation', () => {
  test('is the area under the ROC curve', () => {
    assert.equal(areaUnderCurve([3, 4], [1, 2]), 1);
    assert.equal(areaUnderCurve([1, 2], [3, 4]), 0);
    assert.equal(areaUnderCurve([1], [1]), 0.5);
    assert.equal(areaUnderCurve([1, 3], [2]), 0.5);
  });

  test('is judged on texts that the direction was not fitted on', () => {
    const { separations } = mostSeparatingLayer(activations(200, 0, 1), activations(200, 0, 2));
    for (const share of separations) assert.ok(Math.abs(share - 0.5) < 0.15, `${share}`);
  });
});

describe('registry', () => {
  test('finds its methods, has each once, and names them where asked for another', () => {
    for (const method of METHODS) assert.equal(findMethod(method.id), method);
    assert.equal(new Set(METHODS.map(({ id }) => id)).size, METHODS.length);
    assert.throws(
      () => findMethod('magic'),
      (error) => SteerscopeError.is(error, 'unknown-method') && /dim/.test(error.advice),
    );
  });
});
