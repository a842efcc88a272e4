/** Neural FOXP2 on a model that is made up: the planted features and subspace are found, and the shift has their signs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { foxp2 } from '../../../../src/core/methods/foxp2.ts';
import type { LanguageFeature } from '../../../../src/core/methods/languageFeatures.ts';
import type { Candidate, ContrastText, FeatureBench, FitBench } from '../../../../src/core/methods/method.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { norm } from '../../../../src/core/tensor/norm.ts';

const LAYERS = 12;
const SAE_LAYER = 5;
const D = 16;
const PAIRS = 20;

/** Layers in which the pairs differ by 4 along axis 2, by -3 along axis 7 and by little else; in the others noise is most of it. */
const CLEAR = [4, 5, 6, 7, 8];

/** Features, each of which writes its own axis, and what they do. */
const TARGET = 2;
const SOURCE = 7;
const WRONG_WORDS = 9;
const EVERYWHERE = 11;

const texts = (side: number): ContrastText[] => Array.from({ length: PAIRS }, (_, i) => ({ ids: [side, i], tail: 1 }));
const data = { positive: texts(1), negative: texts(0) };
const isTarget = ({ ids }: ContrastText): boolean => ids[0] === 1;

const features: FeatureBench = {
  layer: SAE_LAYER,
  sae: {
    dIn: D,
    dSae: D,
    wDec: Float32Array.from({ length: D * D }, (_, at) => (Math.floor(at / D) === at % D ? 1 : 0)),
  },
  activations: async (rows) => {
    const found = new Float32Array(rows.length * D);
    rows.forEach((text, row) => {
      found[row * D + TARGET] = isTarget(text) ? 4 : 0;
      found[row * D + SOURCE] = isTarget(text) ? 1 : 4;
      found[row * D + WRONG_WORDS] = isTarget(text) ? 50 : 0;
      found[row * D + EVERYWHERE] = row % 7;
    });
    return found;
  },
  lifts: async (asked) =>
    asked.map((index) => ({
      index,
      lift: index === TARGET ? 30 : 1,
      sourceLift: index === SOURCE || index === WRONG_WORDS ? 20 : 1,
    })),
};

function bench(change: Partial<FitBench> = {}): { model: FitBench; tried: Candidate[] } {
  const random = createRandom(3);
  const tried: Candidate[] = [];
  const model: FitBench = {
    ...{ layers: LAYERS, dModel: D, headWidth: 4, scope: 'decide:32', tasks: 8 },
    topNeurons: async () => [],
    features,
    activations: async (rows) => ({
      texts: rows.length,
      means: Array.from({ length: LAYERS }, (_, layer) =>
        Float32Array.from({ length: rows.length * D }, (__, at) => {
          const noise = (CLEAR.includes(layer) ? 0.05 : 2) * random.normal();
          const axis = at % D;
          if (!isTarget(rows[Math.floor(at / D)])) return noise;
          return noise + (axis === TARGET ? 4 : axis === SOURCE ? -3 : 0);
        }),
      ),
      medianNorms: Array<number>(LAYERS).fill(10),
    }),
    tryOut: async (_, candidates, __, count) => {
      tried.push(...candidates);
      return candidates.map((candidate) => {
        const valid = candidate.layers.length === 1 && candidate.strength === 1.1 ? count : 0;
        return { candidate, n: count, onTarget: valid, valid, evidence: 0 };
      });
    },
    ...change,
  };
  return { model, tried };
}

async function fitted() {
  const { model, tried } = bench();
  const result = await foxp2.fit(data, model, { seed: 0 });
  const { intervention } = result;
  const directions = intervention.kind === 'vectors' ? intervention.directions : assert.fail('no vectors');
  return { ...result, directions, tried };
}

describe('the shift', () => {
  test('adds features of the target and takes off those of the source, by as much as they differ', async () => {
    const { directions, figures } = await fitted();
    const at = directions[SAE_LAYER];
    assert.deepEqual(
      Array.from(at, (value) => Math.sign(value)),
      Array.from({ length: D }, (_, axis) => (axis === TARGET ? 1 : axis === SOURCE ? -1 : 0)),
    );
    assert.ok(Math.abs(at[TARGET] / at[SOURCE] + 4 / 3) < 1e-5);
    const chosen = figures.features as LanguageFeature[];
    assert.deepEqual(
      chosen.map(({ index, selectivity, shift }) => [index, selectivity, shift]),
      [
        [TARGET, 1, 4],
        [SOURCE, -1, -3],
      ],
      'neither the one that promotes the words of the other side, nor the one that is active on both',
    );
  });

  test('lies elsewhere in the subspace of the differences, sparse, with the sign of the mean difference', async () => {
    const { directions } = await fitted();
    for (const layer of CLEAR.filter((clear) => clear !== SAE_LAYER))
      assert.deepEqual(
        Array.from(directions[layer], (value) => Math.sign(value)),
        Array.from({ length: D }, (_, axis) => (axis === TARGET ? 1 : axis === SOURCE ? -1 : 0)),
      );
  });

  test('is as long as the difference of means, and nowhere outside of the window', async () => {
    const { directions } = await fitted();
    directions.forEach((direction, layer) => {
      if (CLEAR.includes(layer)) assert.ok(Math.abs(norm(direction) - 5) < 0.2, `${layer}: ${norm(direction)}`);
      else assert.equal(norm(direction), 0);
    });
  });
});

test('the window is where the eigengap is, and the figures say why', async () => {
  const { figures } = await fitted();
  assert.deepEqual((figures.window as { layers: number[] }).layers, CLEAR);
  const spectra = figures.spectra as { rank: number; gap: number; stability: number }[];
  assert.equal(spectra.length, LAYERS);
  for (const layer of CLEAR) assert.equal(spectra[layer].rank, 1);
  assert.ok(Math.min(...CLEAR.map((layer) => spectra[layer].gap)) > 3 * spectra[1].gap);
  assert.deepEqual(JSON.parse(JSON.stringify(figures)), figures, 'plain JSON, for the manifest');
});

test('what is tried is the layer of the autoencoder, and the window at strengths that share the work', async () => {
  const { tried, layers, strength } = await fitted();
  const places = new Set(tried.map((candidate) => candidate.layers.join()));
  assert.deepEqual([...places], [`${SAE_LAYER}`, CLEAR.join()]);
  assert.ok(tried.every((candidate) => candidate.layers.length === 1 || candidate.strength < 0.5));
  assert.deepEqual([layers, strength], [[SAE_LAYER], 1.1]);
});

test('without a language, or without a feature that knows it, there is no shift and the reason is said', async () => {
  const refuses = (model: FitBench, reason: string): Promise<void> =>
    assert.rejects(foxp2.fit(data, model, { seed: 0 }), (error) => SteerscopeError.is(error, reason));
  const { features: _, ...featureless } = bench().model;
  await refuses(featureless, 'no-language');
  const mute = async (rows: readonly ContrastText[]) => new Float32Array(rows.length * D);
  await refuses(bench({ features: { ...features, activations: mute } }).model, 'no-language-features');
  const silent = async (asked: readonly number[]) => asked.map((index) => ({ index, lift: 1, sourceLift: 1 }));
  await refuses(bench({ features: { ...features, lifts: silent } }).model, 'no-language-features');
});
