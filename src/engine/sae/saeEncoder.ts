/**
 * Encodes many activations: the matrix product in ONNX Runtime, the choice of the active features as the reference makes
 * it (`core/sae/features.ts`), so that both agree, ties and all.
 */
import { ENCODE_INPUT, ENCODE_OUTPUT, buildEncode } from '../../core/sae/encodeGraph.ts';
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
    return new SaeEncoder(sae, await GraphSession.open(buildEncode(sae), packed, settings));
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
    const out = await this.session.run({ [ENCODE_INPUT]: tensor.float32(x, [rows, dIn]) }, { [ENCODE_OUTPUT]: null });
    const pre = floats(out[ENCODE_OUTPUT]);
    return selectFeatures(this.sae, rows, (row) => pre.subarray(row * dSae, (row + 1) * dSae));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
