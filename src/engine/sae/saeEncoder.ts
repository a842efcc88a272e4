/**
 * Encodes many activations: the matrix product in ONNX Runtime, the choice of the active features as the reference makes
 * it (`core/sae/features.ts`), so that both agree, ties and all.
 */
import { Graph } from '../../core/graph/graph.ts';
import { joinFeatures, selectFeatures } from '../../core/sae/features.ts';
import type { Sae, SparseFeatures } from '../../core/sae/sae.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';

/** Activations of one run: 512 x 4608 pre-activations are 9 MB. */
const ROWS = 512;

export class SaeEncoder {
  private constructor(
    readonly sae: Sae,
    private readonly session: GraphSession,
  ) {}

  static async open({ packed, settings }: Pick<LoadedModel, 'packed' | 'settings'>, sae: Sae): Promise<SaeEncoder> {
    return new SaeEncoder(sae, await GraphSession.open(encoderGraph(sae), packed, settings));
  }

  /** The features of activations x [n, dIn]. */
  async encode(x: Float32Array): Promise<SparseFeatures> {
    const { dIn } = this.sae;
    const parts: SparseFeatures[] = [];
    for (let from = 0; from < x.length; from += ROWS * dIn)
      parts.push(await this.encodePart(x.slice(from, from + ROWS * dIn)));
    return parts.length === 1 ? parts[0] : joinFeatures(parts);
  }

  private async encodePart(x: Float32Array): Promise<SparseFeatures> {
    const { dIn, dSae } = this.sae;
    const rows = x.length / dIn;
    const out = await this.session.run({ x: tensor.float32(x, [rows, dIn]) }, { pre: null });
    const pre = floats(out.pre);
    return selectFeatures(this.sae, rows, (row) => pre.subarray(row * dSae, (row + 1) * dSae));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** x [rows, dIn] to `pre` [rows, dSae]. */
function encoderGraph({ dIn, dSae, wEnc, bEnc, bDec, applyBDecToInput }: Sae): Graph {
  const graph = new Graph();
  const constant = (name: string, shape: readonly number[], { buffer, byteOffset, byteLength }: Float32Array) =>
    graph.initializer({ name, dtype: 'float32', shape, data: new Uint8Array(buffer, byteOffset, byteLength) });
  let x = graph.input('x', 'float32', ['rows', dIn]);
  if (applyBDecToInput) x = graph.apply('Sub', 'centred', { a: x, b: constant('bDec', [dIn], bDec) });
  const product = graph.apply('MatMul', 'product', { a: x, b: constant('wEnc', [dIn, dSae], wEnc) });
  graph.apply('Add', 'pre', { a: product, b: constant('bEnc', [dSae], bEnc) });
  graph.output('pre', 'float32', ['rows', dSae]);
  return graph;
}
