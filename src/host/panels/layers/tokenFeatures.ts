/**
 * Which features of autoencoders are active at the tokens of a reading. A feature lives at one layer, so they are of the token
 * and not of a cell. Each autoencoder reads the whole text once, when a token of it is first asked about.
 */
import type { TokenFeatures } from '../../../protocol/panels/layers.ts';
import type { SaeFiresResult } from '../../../protocol/saeFeatureTypes.ts';
import type { ReadParams } from '../../../protocol/textTypes.ts';
import type { EngineClient } from '../../engine/engineHost.ts';

/** Features of a token that are told of. */
const TOP = 8;

/** What is asked of the engine about the text that is shown, as `takeApart` does. */
type Ask = <T>(ask: (client: EngineClient, text: ReadParams) => Promise<T>) => Promise<T>;

export class TokenFeaturesReader {
  private known: { readonly id: string; readonly results: Promise<readonly SaeFiresResult[]> } | undefined;

  /**
   * @param reading its id, and how many tokens of the text are in it, the last ones
   * @param position of the token in the text
   * @throws what the engine throws
   */
  async at(
    { id, last }: { readonly id: string; readonly last: number },
    position: number,
    names: readonly string[],
    ask: Ask,
  ): Promise<readonly TokenFeatures[]> {
    if (this.known?.id !== id) this.known = { id, results: this.read(last, names, ask) };
    const { known } = this;
    try {
      const results = await known.results;
      return results.map((fires) => featuresAt(fires, position));
    } catch (error) {
      // The next question asks again.
      if (this.known === known) this.known = undefined;
      throw error;
    }
  }

  private async read(last: number, names: readonly string[], ask: Ask): Promise<readonly SaeFiresResult[]> {
    const results: SaeFiresResult[] = [];
    // One after another: they run the same model.
    for (const name of names) {
      results.push(await ask((client, text) => client.saeFires({ ...text, name, top: TOP, last })));
    }
    return results;
  }
}

function featuresAt(
  { name, layer, hook, first, features, active, labels }: SaeFiresResult,
  position: number,
): TokenFeatures {
  const row = position - first;
  return {
    name,
    layer,
    hook,
    active: active[row] ?? 0,
    features: (features[row] ?? []).map(([index, activation]) => ({
      index,
      activation,
      label: labels[String(index)] ?? '',
    })),
  };
}
