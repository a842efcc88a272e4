/** The methods beside `dim`, on a model that is made up: what was planted in its activations has to be found. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { act } from '../../../../src/core/methods/act.ts';
import { dim } from '../../../../src/core/methods/dim.ts';
import { foxp2 } from '../../../../src/core/methods/foxp2.ts';
import { gact, gactOnline, gate } from '../../../../src/core/methods/gact.ts';
import type { Candidate, FeatureBench, FitBench, FittedSteering, Neuron } from '../../../../src/core/methods/method.ts';
import { randomDirection } from '../../../../src/core/methods/randomDirection.ts';
import { METHODS } from '../../../../src/core/methods/registry.ts';
import { staticNeurons } from '../../../../src/core/methods/staticNeurons.ts';
import { gateCandidatesFor } from '../../../../src/core/methods/tuning.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { gateFault, type GateWeights } from '../../../../src/core/steering/gate.ts';
import { norm } from '../../../../src/core/tensor/norm.ts';

const LAYERS = 6;
const D = 12;
const HEAD = 3;
const CLUSTERS = 4;
const NOISE = 0.05;

/** The model's own state on a text of each kind: where its cluster is. */
const OWN = Array.from({ length: CLUSTERS }, (_, k) => axis(k, 3));
/** What such a text lacks. */
const LACKS = Array.from({ length: CLUSTERS }, (_, k) => axis(4 + k, 6));

function axis(at: number, length: number): Float32Array {
  return Float32Array.from({ length: D }, (_, i) => (i === at ? length : 0));
}

/** Text i is of kind i % CLUSTERS; its first token says whether it has what is wanted. */
function texts(first: number, count: number) {
  return Array.from({ length: count }, (_, i) => ({ ids: [first, i], tail: 1 }));
}

type Activation = (wanted: boolean, text: number, layer: number, i: number) => number;

const clustered: Activation = (wanted, text, _, i) => {
  const kind = text % CLUSTERS;
  return OWN[kind][i] + (wanted ? LACKS[kind][i] : 0);
};

interface Model {
  readonly tasks?: number;
  readonly value?: Activation;
  readonly layers?: number;
  readonly neurons?: readonly Neuron[];
  readonly works?: (candidate: Candidate) => boolean;
}

function bench({
  tasks = 14,
  value = clustered,
  layers = LAYERS,
  neurons = [],
  works = () => true,
}: Model = {}): FitBench {
  const random = createRandom(11);
  return {
    layers,
    dModel: D,
    headWidth: HEAD,
    scope: 'decide:32',
    tasks,
    topNeurons: async (count) => neurons.slice(0, count),
    activations: async (rows) => ({
      texts: rows.length,
      means: Array.from({ length: layers }, (_, layer) =>
        Float32Array.from({ length: rows.length * D }, (__, at) => {
          const [side, text] = rows[Math.floor(at / D)].ids;
          return value(side === 1, text, layer, at % D) + NOISE * random.normal();
        }),
      ),
      medianNorms: Array<number>(layers).fill(5),
    }),
    tryOut: async (_, candidates, __, count) =>
      candidates.map((candidate) => {
        assert.ok(
          candidate.layers.every((layer) => layer >= 0 && layer < layers),
          candidate.layers.join(),
        );
        const right = works(candidate) ? count : 0;
        return { candidate, n: count, onTarget: right, valid: right, evidence: 0 };
      }),
  };
}

const data = { positive: texts(1, 40), negative: texts(0, 40) };

function gatesOf({ intervention }: FittedSteering): ReadonlyMap<number, GateWeights> {
  return intervention.kind === 'gates' ? intervention.gates : assert.fail('no gates');
}

function row(matrix: Float32Array, at: number): Float32Array {
  return matrix.subarray(at * D, (at + 1) * D);
}

function nearly(actual: Float32Array, expected: Float32Array, within = 0.1): boolean {
  return norm(actual.map((value, i) => value - expected[i])) < within;
}

function affine(h: Float32Array, weights: Float32Array, bias: Float32Array, column: number): number {
  return h.reduce((sum, value, i) => sum + value * weights[i * bias.length + column], bias[column]);
}

/** The strength that the gate takes at h, of its first or only probe. */
function strengthAt({ A, c }: GateWeights, h: Float32Array): number {
  return 1 / (1 + Math.exp(-affine(h, A, c, 0)));
}

/** The direction that the gate chooses at h. */
function choiceAt({ choice, V, rank }: GateWeights, h: Float32Array): Float32Array {
  assert.ok(choice);
  const logits = Array.from({ length: rank }, (_, k) => affine(h, choice.P, choice.q, k));
  return row(V, logits.indexOf(Math.max(...logits)));
}

/** Activations of texts that nothing was fitted on, by kind. */
function unseen(wanted: boolean): Float32Array[] {
  const random = createRandom(99);
  return Array.from({ length: 40 }, (_, text) =>
    Float32Array.from({ length: D }, (__, i) => clustered(wanted, text, 0, i) + NOISE * random.normal()),
  );
}

describe('gact', () => {
  for (const method of [gact, gactOnline])
    test(`${method.id} finds the planted clusters, and its probes choose and dose as they were planted`, async () => {
      const fitted = await method.fit(data, bench(), { seed: 1 });
      const gates = gatesOf(fitted);
      assert.ok(fitted.layers.length > 0 && fitted.layers.every((layer) => gates.has(layer)));
      for (const one of gates.values()) {
        assert.equal(gateFault(one, D), undefined);
        for (const lacks of LACKS) {
          const found = Array.from({ length: one.rank }, (_, k) => row(one.V, k)).filter((v) => nearly(v, lacks));
          assert.equal(found.length, 1);
        }
        unseen(false).forEach((h, text) => {
          assert.ok(strengthAt(one, h) > 0.8, `${strengthAt(one, h)}`);
          assert.ok(nearly(choiceAt(one, h), LACKS[text % CLUSTERS]), `text ${text}`);
        });
        for (const h of unseen(true)) assert.ok(strengthAt(one, h) < 0.2, `${strengthAt(one, h)}`);
      }
    });

  test('learns its choice from a start that is not certain already', async () => {
    // States that differ in half of all numbers, so that plain class means are certain of them to 1e-5.
    const sign = (kind: number, i: number) => ([0, 3].includes(kind & (i % 4)) ? 1 : -1);
    const value: Activation = (wanted, text, layer, i) =>
      2 * sign(text % CLUSTERS, i) + clustered(wanted, text, layer, i) - clustered(false, text, layer, i);
    const [one] = gatesOf(await gact.fit(data, bench({ value }), { seed: 1 })).values();
    const { choice } = one;
    assert.ok(choice);
    for (let kind = 0; kind < CLUSTERS; kind++) {
      const h = Float32Array.from({ length: D }, (_, i) => value(false, kind, 0, i));
      const powers = Array.from({ length: one.rank }, (_, k) => Math.exp(affine(h, choice.P, choice.q, k)));
      const sure = Math.max(...powers) / powers.reduce((a, b) => a + b, 0);
      assert.ok(nearly(choiceAt(one, h), LACKS[kind]));
      assert.ok(sure > 0.9 && sure < 1 - 1e-4, `${sure}`);
    }
  });

  test('carries what it takes to learn only where it is to', async () => {
    const [plain] = gatesOf(await gact.fit(data, bench(), { seed: 1 })).values();
    const [learns] = gatesOf(await gactOnline.fit(data, bench(), { seed: 1 })).values();
    const { refinement, ...rest } = learns;
    assert.deepEqual(rest, plain);
    const mean = Float32Array.from({ length: D }, (_, i) => (i < 4 ? 3 : i < 8 ? 6 : 0) / CLUSTERS);
    assert.ok(refinement && nearly(refinement.wanted, mean));
  });

  test('of a single text a side, and of lists of different lengths, makes gates that fit', async () => {
    for (const [positive, negative] of [
      [1, 1],
      [3, 9],
      [40, 2],
      [2, 40],
    ])
      for (const tasks of [0, 14])
        for (const method of [gact, gactOnline, gate, act]) {
          const lists = { positive: texts(1, positive), negative: texts(0, negative) };
          const fitted = await method.fit(lists, bench({ tasks }), { seed: 0 });
          const gates = gatesOf(fitted);
          assert.ok(fitted.layers.length > 0);
          for (const layer of fitted.layers) {
            const one = gates.get(layer) ?? assert.fail(`${method.id} has no gate for layer ${layer}`);
            assert.equal(gateFault(one, D), undefined, `${method.id}, ${positive} and ${negative}`);
            assert.ok(one.V.some((value) => Math.abs(value) > 0.1));
          }
        }
  });
});

test('the one direction of gate is the difference of the means, whether the texts are pairs or not', async () => {
  for (const positive of [40, 20]) {
    const lists = { positive: texts(1, positive), negative: texts(0, 40) };
    const vectors = (await dim.fit(lists, bench(), { seed: 0 })).intervention;
    const gates = gatesOf(await gate.fit(lists, bench(), { seed: 0 }));
    assert.ok(vectors.kind === 'vectors' && gates.size > 0);
    for (const [layer, { rank, V, choice }] of gates) {
      assert.deepEqual([rank, choice], [1, undefined]);
      assert.ok(nearly(V, vectors.directions[layer], 1e-4));
    }
  }
});

describe('act', () => {
  const SHIFT = 8;
  /** More heads than are chosen; 36 of them differ. */
  const layers = 17;
  const isPlanted = (layer: number, head: number) => layer % 4 !== 0 && head !== layer % 4;
  const planted = new Map(
    Array.from({ length: layers }, (_, layer) => {
      const heads = [0, 1, 2, 3].filter((head) => isPlanted(layer, head));
      return [layer, heads] as const;
    }).filter(([, heads]) => heads.length > 0),
  );
  const value: Activation = (wanted, text, layer, i) =>
    0.5 * Math.sin(7 * text + i) + (wanted && isPlanted(layer, Math.floor(i / HEAD)) ? SHIFT : 0);

  /** The heads that a gate reads and writes. */
  function headsOf({ A, V, rank }: GateWeights): number[] {
    const uses = (head: number) =>
      Array.from({ length: HEAD }, (_, i) => head * HEAD + i).some((at) =>
        Array.from({ length: rank }, (_, k) => V[k * D + at] !== 0 && A[at * rank + k] !== 0).some(Boolean),
      );
    return [0, 1, 2, 3].filter(uses);
  }

  for (const tasks of [0, 14])
    test(`${tasks === 0 ? 'without' : 'with'} a judge it acts at the planted heads, in all their layers`, async () => {
      assert.equal([...planted.values()].flat().length, 36);
      const works = ({ strength }: Candidate) => strength === 2;
      const fitted = await act.fit(data, bench({ tasks, value, layers, works }), { seed: 0 });
      const gates = gatesOf(fitted);
      assert.deepEqual(fitted.layers, [...gates.keys()]);
      assert.equal(fitted.strength, tasks === 0 ? 1 : 2);
      const chosen = new Map([...gates].map(([layer, one]) => [layer, headsOf(one)]));
      assert.equal([...chosen.values()].flat().length, 48);
      for (const [layer, heads] of planted)
        assert.ok(
          heads.every((head) => chosen.get(layer)?.includes(head)),
          `layer ${layer}`,
        );
      for (const [layer, one] of gates)
        for (const head of planted.get(layer) ?? []) {
          // All directions of a head together are as long as their mean.
          const along = Array.from({ length: one.rank }, (_, k) => one.V[k * D + head * HEAD]).reduce((a, b) => a + b);
          assert.ok(Math.abs(along - SHIFT) < 0.5, `${along}`);
        }
    });
});

test('random directions are as long as those of dim, point elsewhere, and differ by seed', async () => {
  const directions = async (method: typeof dim, seed: number) => {
    const { intervention } = await method.fit(data, bench(), { seed });
    return intervention.kind === 'vectors' ? intervention.directions : assert.fail();
  };
  const means = await directions(dim, 0);
  const [one, same, other] = [
    await directions(randomDirection, 0),
    await directions(randomDirection, 0),
    await directions(randomDirection, 1),
  ];
  assert.deepEqual(one, same);
  means.forEach((mean, layer) => {
    assert.ok(Math.abs(norm(one[layer]) - norm(mean)) < 1e-3 * norm(mean));
    assert.ok(!nearly(one[layer], mean) && !nearly(one[layer], other[layer]));
  });
});

describe('static neurons', () => {
  const neuron = (layer: number, id: number, at: number): Neuron => ({
    layer,
    neuron: id,
    score: -id,
    writes: axis(at, 0.5),
  });
  const neurons = [
    neuron(3, 0, 1),
    neuron(3, 1, 2),
    neuron(5, 2, 3),
    neuron(0, 3, 4),
    neuron(1, 4, 5),
    neuron(2, 5, 6),
  ];

  test('take the best of each layer, as long as the stream there, and the one that works', async () => {
    const works = ({ layers, strength }: Candidate) => layers.join() === '5' && strength === 0.5;
    const fitted = await staticNeurons.fit(data, bench({ neurons, works }), { seed: 0 });
    assert.deepEqual([fitted.layers, fitted.strength], [[5], 0.5]);
    const { intervention, figures } = fitted;
    assert.ok(intervention.kind === 'vectors');
    assert.deepEqual(
      intervention.directions.map((direction) => direction.indexOf(Math.max(...direction))),
      [4, 5, 0, 1, 0, 3],
    );
    assert.deepEqual(intervention.directions.map(norm), [5, 5, 0, 5, 0, 5]);
    assert.deepEqual(
      (figures.neurons as Neuron[]).map((found) => found.neuron),
      [0, 2, 3, 4],
    );
  });

  test('have no name to go by for a concept', async () => {
    await assert.rejects(staticNeurons.fit(data, bench({ tasks: 0, neurons }), { seed: 0 }), (error) =>
      SteerscopeError.is(error, 'no-language'),
    );
  });
});

/** An autoencoder whose one feature is active on what is wanted, and promotes its words. */
function oneFeature(layer: number): FeatureBench {
  return {
    layer,
    sae: { dIn: D, dSae: 1, wDec: axis(0, 1) },
    activations: async (rows) => Float32Array.from(rows, ({ ids }) => ids[0]),
    lifts: async (asked) => asked.map((index) => ({ index, lift: 2, sourceLift: 1 })),
  };
}

test('no method names a layer that a small model lacks', async () => {
  const small = [1, 2, 3, 30];
  for (const layers of small)
    for (const candidate of gateCandidatesFor({ layers, scope: 'all' })) {
      assert.ok(candidate.layers.length > 0 && candidate.layers.every((layer) => layer >= 0 && layer < layers));
      assert.equal(new Set(candidate.layers).size, candidate.layers.length);
    }
  for (const layers of small)
    for (const method of METHODS)
      for (const tasks of [0, 14]) {
        if ((method === staticNeurons || method === foxp2) && tasks === 0) continue;
        const neurons = [{ layer: layers - 1, neuron: 0, score: 0, writes: axis(0, 1) }];
        const fitted = await method.fit(
          { positive: texts(1, 8), negative: texts(0, 8) },
          { ...bench({ layers, tasks, neurons }), features: oneFeature(layers - 1) },
          { seed: 0 },
        );
        assert.ok(fitted.layers.length > 0 && fitted.layers.every((layer) => layer >= 0 && layer < layers), method.id);
      }
});
