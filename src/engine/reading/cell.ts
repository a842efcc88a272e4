/**
 * One cell of the grid of layers and positions, taken apart: where each head looks from there, and which neurons of the MLP
 * write most, with what their value vectors say (Geva et al. 2022, arXiv 2203.14680). Of the model as it is, unsteered.
 */
import { UsageError } from '../../core/errors.ts';
import { findHook } from '../../core/graph/hooks.ts';
import { LENS_INPUT, buildLens } from '../../core/lens/lensGraph.ts';
import { topIndices } from '../../core/sampling/sampler.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { TopLogits } from '../../protocol/engineService.ts';
import type {
  AttentionParams,
  AttentionReading,
  CellParams,
  CellReading,
  NeuronReading,
} from '../../protocol/readingTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import { assertRoomForHooks } from './capture.ts';
import { piecesOf, positionIn, readIds } from './text.ts';
import { valueVectors } from './valueVectors.ts';

/** @throws UsageError `no-such-layer`, `bad-position`; ModelError `does-not-fit`; and those of a text or a prompt */
export async function readCell(model: LoadedModel, params: CellParams): Promise<CellReading> {
  const ids = readIds(model, params);
  const position = positionIn(ids, params.position, 'text');
  const { layer } = params;
  assertLayer(model, layer);
  const [patternHook, postHook] = ['attn.hook_pattern', 'mlp.hook_post'].map((name) =>
    findHook(model.config, `blocks.${layer}.${name}`),
  );
  const hooks = [patternHook, postHook];
  assertRoomForHooks(model, hooks, ids.length);
  const { values } = await model.observed.run({ ids, hooks });
  const pattern = values.get(patternHook) ?? new Float32Array(0); // [head, query, key]
  const post = values.get(postHook) ?? new Float32Array(0); // [pos, dMlp]
  const { dMlp, heads } = model.config;
  const activations = post.subarray(position * dMlp, (position + 1) * dMlp);
  const neurons = await readNeurons(model, layer, activations, params);
  const named = neurons.flatMap(({ promoted, suppressed }) => [...promoted, ...suppressed].map(([id]) => id));
  const n = ids.length;
  return {
    layer,
    position,
    pieces: piecesOf(model, [...ids, ...named]),
    attention: Array.from({ length: heads }, (_, head) => {
      const row = (head * n + position) * n;
      return [...pattern.subarray(row, row + position + 1)];
    }),
    neurons,
  };
}

/** Where one head looks, from every position. @throws UsageError `no-such-layer`, `no-such-head`, and those of a text */
export async function readAttention(model: LoadedModel, params: AttentionParams): Promise<AttentionReading> {
  const { layer, head } = params;
  assertLayer(model, layer);
  const { heads } = model.config;
  if (head >= heads)
    throw new UsageError('no-such-head', `there is no head ${head}`, `The heads are 0 to ${heads - 1}.`);
  const ids = readIds(model, params);
  const hook = findHook(model.config, `blocks.${layer}.attn.hook_pattern`);
  assertRoomForHooks(model, [hook], ids.length);
  const { values } = await model.observed.run({ ids, hooks: [hook] });
  const size = ids.length * ids.length;
  const pattern = (values.get(hook) ?? new Float32Array(0)).subarray(head * size, (head + 1) * size);
  return { ids, pieces: piecesOf(model, ids), pattern: [...pattern] };
}

async function readNeurons(
  model: LoadedModel,
  layer: number,
  activations: Float32Array,
  { neurons, top }: Pick<CellParams, 'neurons' | 'top'>,
): Promise<NeuronReading[]> {
  const { dModel, dMlp, vocab } = model.config;
  const written = valueVectors(model, layer); // [dMlp, dModel]
  const vectorOf = (neuron: number): Float32Array => written.subarray(neuron * dModel, (neuron + 1) * dModel);
  const contributions = activations.map((activation, neuron) => Math.abs(activation) * norm(vectorOf(neuron)));
  const chosen = topIndices(contributions, Math.min(neurons, dMlp));
  if (chosen.length === 0) return [];
  const streams = new Float32Array(chosen.length * dModel);
  chosen.forEach((neuron, row) => {
    const sign = Math.sign(activations[neuron]);
    streams.set(
      vectorOf(neuron).map((value) => sign * value),
      row * dModel,
    );
  });
  const session = await GraphSession.open(buildLens(model.config, model.packed), model.packed, model.settings);
  try {
    const feeds = { [LENS_INPUT]: tensor.float32(streams, [1, chosen.length, dModel]) };
    const logits = floats((await session.run(feeds, { logits: null })).logits);
    return chosen.map((neuron, row) => {
      const own = logits.subarray(row * vocab, (row + 1) * vocab);
      return {
        neuron,
        activation: activations[neuron],
        contribution: contributions[neuron],
        promoted: most(own, top),
        suppressed: most(
          own.map((value) => -value),
          top,
        ).map(([id, value]) => [id, -value] as const),
      };
    });
  } finally {
    await session.release();
  }
}

function most(values: Float32Array, count: number): TopLogits {
  return topIndices(values, count).map((id) => [id, values[id]]);
}

function assertLayer({ config: { layers } }: LoadedModel, layer: number): void {
  if (layer >= layers)
    throw new UsageError('no-such-layer', `there is no layer ${layer}`, `The layers are 0 to ${layers - 1}.`);
}
