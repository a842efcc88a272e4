/** An autoencoder's encoder as a session: the features of whole windows at once. */
import { ENCODE_INPUT, ENCODE_OUTPUT, buildEncode } from '../../../core/sae/encodeGraph.ts';
import { activeFeatures } from '../../../core/sae/features.ts';
import type { Sae, SparseFeatures } from '../../../core/sae/sae.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../../session/graphSession.ts';

export class SaeEncoder {
  private constructor(
    private readonly sae: Sae,
    private readonly session: GraphSession,
  ) {}

  static async open({ packed, settings }: Pick<LoadedModel, 'packed' | 'settings'>, sae: Sae): Promise<SaeEncoder> {
    return new SaeEncoder(sae, await GraphSession.open(buildEncode(sae), packed, settings));
  }

  /** The features of activations x [n, dIn]. */
  async encode(x: Float32Array): Promise<SparseFeatures> {
    const feeds = { [ENCODE_INPUT]: tensor.float32(x, [x.length / this.sae.dIn, this.sae.dIn]) };
    const out = await this.session.run(feeds, { [ENCODE_OUTPUT]: null });
    return activeFeatures(this.sae, floats(out[ENCODE_OUTPUT]));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
