/**
 * Steering by features on a tiny model: what is added at the hook against the plain reference, in prompts and in the cached
 * loop, at every hook; that nothing asked for is nothing done, to the bit; and what is refused.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { residPost } from '../../../../src/core/graph/hooks.ts';
import { SITE_NAMES, siteAt, type SiteName } from '../../../../src/core/graph/interventionSites.ts';
import { decoderRow, encode } from '../../../../src/core/sae/features.ts';
import { featureGate, type FeatureChange } from '../../../../src/core/sae/featureSteering.ts';
import { ARCHITECTURES, type Sae } from '../../../../src/core/sae/sae.ts';
import type { Gate } from '../../../../src/core/steering/gate.ts';
import { RowSteering } from '../../../../src/core/steering/rowSteering.ts';
import { norm } from '../../../../src/core/tensor/norm.ts';
import { generate } from '../../../../src/engine/generate/generate.ts';
import { openModel } from '../../../../src/engine/model/loadedModel.ts';
import { saveSae } from '../../../../src/engine/sae/saeArtefact.ts';
import { DirectionSource } from '../../../../src/engine/store/directions.ts';
import { openStore } from '../../../../src/engine/store/store.ts';
import type { FeatureChoice, GenerateOptions } from '../../../../src/protocol/engineService.ts';
import { GREEDY } from '../../../greedy.ts';
import { writeTinyModel } from '../../../tinyModel.ts';
import { sampleSae } from '../../core/sae/sample.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-features-'));
after(() => rmSync(home, { recursive: true, force: true }));
const context = { signal: new AbortController().signal, emit: () => undefined };
const model = await openModel(
  { model: writeTinyModel(home, { layers: 3 }), precision: 'exact', threads: 1, home, get: false },
  context,
);
after(async () => {
  await model.main.release();
  await model.observed.release();
  model.source.close();
});
const source = new DirectionSource(openStore(join(home, 'store')));

const LAYER = 1;
const HOOK = residPost(LAYER);
const D = model.config.dModel;
const NORM = 3;
const IDS = model.tokenizer.encode('def f(x):\n    return x + 12 for class');

/** The stream at the hook while the text is run: the first half as a prompt, the rest token by token. */
async function streams(
  gates: readonly Gate[],
  doses: Float32Array | null,
): Promise<{ values: Float32Array; logits: Float32Array }> {
  await model.main.useGates(gates);
  const steering = doses ? { steering: new RowSteering([{ scope: 'all', doses }], IDS.length) } : {};
  const half = IDS.length >> 1;
  const values = new Float32Array(IDS.length * D);
  model.main.reserve(1, IDS.length);
  await model.main.prefill(0, {
    ids: IDS.slice(0, half),
    hooks: [HOOK],
    ...steering,
    onPiece: ({ start, hooks }) => values.set(hooks.get(HOOK) ?? [], start * D),
  });
  let logits = new Float32Array();
  for (let position = half; position < IDS.length; position++) {
    const onRun = ({ hooks }: { hooks: ReadonlyMap<string, Float32Array> }): void =>
      values.set(hooks.get(HOOK) ?? [], position * D);
    const [next] = await model.main.step([{ id: IDS[position], position, ...steering }], 0, undefined, {
      hooks: [HOOK],
      onRun,
    });
    logits = next.values.slice();
  }
  return { values, logits };
}

function activation(sae: Sae, h: Float32Array, index: number): number {
  const { indices, values } = encode(sae, h);
  const at = indices.indexOf(index);
  return at < 0 ? 0 : values[at];
}

/** What h becomes, by the words of the table in `core/sae/featureSteering.ts`. */
function expected(sae: Sae, h: Float32Array, changes: readonly FeatureChange[]): Float32Array {
  const out = Float64Array.from(h);
  for (const { index, op, value } of changes) {
    const d = decoderRow(sae, index);
    const a = activation(sae, h, index);
    const unit = NORM / norm(d);
    const amount = {
      add: value * unit,
      when: a > 0 ? value * unit : 0,
      hold: value * unit - a,
      clamp: value - a,
      scale: (value - 1) * a,
      ablate: -a,
    }[op];
    d.forEach((part, i) => (out[i] += amount * part));
  }
  return Float32Array.from(out);
}

const CHANGES: readonly (readonly FeatureChange[])[] = [
  [{ index: 3, op: 'add', value: 0.5 }],
  [{ index: 3, op: 'when', value: -0.5 }],
  [{ index: 3, op: 'hold', value: 0.5 }],
  [{ index: 3, op: 'clamp', value: 2 }],
  [{ index: 3, op: 'scale', value: 3 }],
  [{ index: 3, op: 'ablate', value: 0 }],
  [
    { index: 0, op: 'ablate', value: 0 },
    { index: 5, op: 'clamp', value: 1 },
    { index: 23, op: 'when', value: 0.3 },
  ],
];

for (const architecture of ARCHITECTURES)
  test(`each operation on features of a ${architecture} is done to the stream as the table says`, async () => {
    const sae = sampleSae(architecture, { dIn: D, k: 6, applyBDecToInput: architecture !== 'standard' });
    const clean = await streams([], null);
    const ofRow = (values: Float32Array, at: number) => values.slice(at * D, (at + 1) * D);
    let active = 0;
    for (const changes of CHANGES) {
      const gate: Gate = { ...featureGate(sae, changes, NORM), layer: LAYER, hook: 'resid_post' };
      const { values } = await streams([gate], Float32Array.of(1));
      // Earlier layers are as they were, so that the stream before the change is the clean one, at every position.
      IDS.forEach((_, at) => {
        const h = ofRow(clean.values, at);
        const wanted = expected(sae, h, changes);
        ofRow(values, at).forEach((value, i) =>
          assert.ok(Math.abs(value - wanted[i]) < 2e-4, `${changes[0].op} at ${at}: ${value}, not ${wanted[i]}`),
        );
        if (activation(sae, h, 3) > 0) active++;
      });
    }
    // Otherwise nothing was told apart.
    assert.ok(active > 0 && active < CHANGES.length * IDS.length, `active ${active} times`);
  });

test('a row that takes nothing of the features is the same to the bit as without any', async () => {
  const sae = sampleSae('topk', { dIn: D });
  const clean = await streams([], null);
  const gate: Gate = { ...featureGate(sae, CHANGES[6], NORM), layer: LAYER, hook: 'resid_post' };
  for (const doses of [null, Float32Array.of(0)]) {
    const { values, logits } = await streams([gate], doses);
    assert.deepEqual(values, clean.values);
    assert.deepEqual(logits, clean.logits);
  }
});

let saved = 0;
async function saeAt(site: SiteName, layer = LAYER, medianNorms: readonly number[] = []): Promise<string> {
  const name = `sae-${saved++}`;
  const { size } = siteAt(model.config, site, layer);
  const draft = {
    name,
    method: 'topk',
    hook: site,
    layer,
    positions: 'all',
    seed: 0,
    dataHash: 'ab'.repeat(32),
    figures: {},
    medianNorms,
  } as const;
  await saveSae(source.store, draft, sampleSae('jumprelu', { dIn: size }), { model });
  return name;
}

const OPTIONS: GenerateOptions = { mode: 'raw', maxTokens: 12, ...GREEDY };
const PROMPTS = ['def f(x):', 'class', 'import a'].map((prompt, i) => ({ id: `p${i}`, prompt }));

async function answers(features: readonly FeatureChoice[], options: Partial<GenerateOptions> = {}) {
  const params = { prompts: PROMPTS, options: { ...OPTIONS, features, ...options } };
  return generate(model, source, params, context);
}

test('what changes nothing is off: the answers are those without features, and are told so', async () => {
  const name = await saeAt('resid_post');
  const plain = await answers([]);
  const idle = await answers([
    { name, index: 1, op: 'add', value: 0 },
    { name, index: 2, op: 'scale', value: 1 },
  ]);
  assert.deepEqual(
    idle.map(({ ids }) => ids),
    plain.map(({ ids }) => ids),
  );
  assert.deepEqual(
    idle[0].steer.map((one) => [one.name, one.dose]),
    [
      [`${name}:1`, 0],
      [`${name}:2 scale`, 0],
    ],
  );
});

for (const site of SITE_NAMES)
  test(`features at ${site} steer answers, alone as in a batch`, async () => {
    const name = await saeAt(site);
    const strong: FeatureChoice[] = [{ name, index: 4, op: 'add', value: 20 }];
    const [plain, alone, together] = [await answers([]), await answers(strong), await answers(strong, { batch: 3 })];
    assert.deepEqual(
      together.map(({ ids }) => ids),
      alone.map(({ ids }) => ids),
    );
    assert.ok(
      alone.some(({ ids }, i) => ids.join() !== plain[i].ids.join()),
      'nothing changed',
    );
    const { layers, dose } = alone[0].steer[0];
    assert.deepEqual([layers, dose], [[LAYER], 20]);
  });

test("a dose is in the artefact's median norms, where it has them, and features of two autoencoders act together", async () => {
  const [known, measured] = [await saeAt('resid_post', LAYER, [0, 5, 0]), await saeAt('mlp_out', 2)];
  const both = await answers([
    { name: known, index: 4, op: 'hold', value: 3 },
    { name: measured, index: 1, op: 'add', value: 4 },
  ]);
  assert.deepEqual(
    both[0].steer.map((one) => one.name),
    [`${known}:4 hold`, `${measured}:1`],
  );
});

test('what cannot be is refused with what can', async () => {
  const name = await saeAt('resid_post');
  const refused = async (features: readonly FeatureChoice[], reason: string): Promise<void> =>
    assert.rejects(answers(features), (error: unknown) => SteerscopeError.is(error, reason) && error.advice !== '');
  await refused([{ name, index: 24, op: 'add', value: 1 }], 'no-feature');
  await refused([{ name, index: 1, op: 'clamp', value: -1 }], 'negative-activation');
  await refused([{ name, index: 1, op: 'add', value: Infinity }], 'bad-value');
  await refused([{ name: 'nothing', index: 1, op: 'add', value: 1 }], 'unknown-artefact');
  const twice = [1, 2].map((value) => ({ name, index: 1, op: 'add', value }) as const);
  await refused(twice, 'same-feature');
});
