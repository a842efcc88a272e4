/**
 * Static neuron attribution (arXiv 2506.18887, section 2.2): which MLP neurons speak for a token, by the weights alone. The
 * effective weights of a neuron, W_up ⊙ σ(W_gate), are decoded through the head as if they were a residual stream; its
 * score is the logarithm of the token's probability over the mean of the largest ones. What the neuron writes into the
 * stream when it is active is its column of the MLP's output matrix.
 */
import { LANGUAGES, type LanguageId } from '../../core/language/languages.ts';
import { readRows, readTensor } from '../../core/format/gguf/readTensor.ts';
import { LENS_INPUT, buildLens } from '../../core/lens/lensGraph.ts';
import type { Neuron } from '../../core/methods/method.ts';
import { topIndices } from '../../core/sampling/sampler.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import { tensorNamed, valueVectors } from '../reading/valueVectors.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';

/** Neurons of a layer that the head decodes in full: those with the largest logit of a token of the language. */
const SCREENED = 24;

/** The largest probabilities that a token's is compared with (the paper's top-k). */
const TOP = 10;

/** The neurons of a model that speak for a language most, the best first. */
export async function topNeurons(
  model: LoadedModel,
  language: LanguageId,
  count: number,
  { signal, emit }: WorkContext,
): Promise<Neuron[]> {
  const tokens = languageTokens(model, language);
  const rows = tokens.map((token) => headRow(model, token));
  const session = await GraphSession.open(buildLens(model.config, model.packed), model.packed, model.settings);
  try {
    const found: { layer: number; neuron: number; score: number }[] = [];
    const { layers, dModel } = model.config;
    for (let layer = 0; layer < layers; layer++) {
      await letMessagesIn(signal);
      const effective = effectiveWeights(model, layer); // [dMlp, dModel]
      const screened = topIndices(screen(effective, rows, dModel), SCREENED);
      const streams = new Float32Array(screened.length * dModel);
      screened.forEach((neuron, i) =>
        streams.set(effective.subarray(neuron * dModel, (neuron + 1) * dModel), i * dModel),
      );
      const feeds = { [LENS_INPUT]: tensor.float32(streams, [1, screened.length, dModel]) };
      const logits = floats((await session.run(feeds, { logits: null })).logits);
      const vocab = logits.length / screened.length;
      screened.forEach((neuron, i) => {
        const score = scoreOf(logits.subarray(i * vocab, (i + 1) * vocab), tokens);
        found.push({ layer, neuron, score });
      });
      emit({ kind: 'progress', phase: 'decoding neurons', done: layer + 1, total: layers, unit: 'layers' });
    }
    const best = found.sort((a, b) => b.score - a.score).slice(0, count);
    const written = new Map(
      [...new Set(best.map((hit) => hit.layer))].map((layer) => [layer, valueVectors(model, layer)]),
    );
    return best.map((hit) => ({
      ...hit,
      writes: vectorOf(written.get(hit.layer) ?? new Float32Array(0), hit.neuron, dModel),
    }));
  } finally {
    await session.release();
  }
}

/** The names of a language that are one token, as they may stand in a text or on a fence. */
function languageTokens({ tokenizer }: LoadedModel, language: LanguageId): number[] {
  const { displayName, fenceTag } = LANGUAGES[language];
  const names = [displayName, fenceTag, fenceTag.toUpperCase()].flatMap((name) => [name, ` ${name}`]);
  const single = names.map((name) => tokenizer.encode(name)).filter((ids) => ids.length === 1);
  const ids = single.length > 0 ? single : names.map((name) => tokenizer.encode(name));
  return [...new Set(ids.map(([first]) => first))];
}

function headRow({ source, file, spec, config }: LoadedModel, token: number): Float32Array {
  return readRows(source, tensorNamed(file, config.tiedEmbedding ? spec.embedding : spec.head), token, 1);
}

/** W_up ⊙ σ(W_gate), neuron by neuron: [dMlp, dModel]. */
function effectiveWeights({ source, file, spec }: LoadedModel, layer: number): Float32Array {
  const [gate, up] = spec.block(layer).gateUp.map((name) => readTensor(source, tensorNamed(file, name)));
  return up.map((value, i) => value / (1 + Math.exp(-gate[i])));
}

/** A row of [neurons, dModel]. */
function vectorOf(vectors: Float32Array, neuron: number, dModel: number): Float32Array {
  return vectors.slice(neuron * dModel, (neuron + 1) * dModel);
}

/** The largest cosine of each neuron with a row of the head, [neurons]. */
function screen(effective: Float32Array, rows: readonly Float32Array[], dModel: number): Float32Array {
  return Float32Array.from({ length: effective.length / dModel }, (_, neuron) => {
    const weights = effective.subarray(neuron * dModel, (neuron + 1) * dModel);
    const length = norm(weights);
    return Math.max(...rows.map((row) => row.reduce((sum, value, i) => sum + value * weights[i], 0) / length));
  });
}

/** log p(token) - log of the mean of the largest probabilities, for the best of the tokens. */
function scoreOf(logits: Float32Array, tokens: readonly number[]): number {
  const top = topIndices(logits, TOP).map((id) => logits[id]);
  const largest = top[0];
  const mean = top.reduce((sum, logit) => sum + Math.exp(logit - largest), 0) / TOP;
  return Math.max(...tokens.map((token) => logits[token])) - largest - Math.log(mean);
}
