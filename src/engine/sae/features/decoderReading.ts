/** What can be read off an autoencoder's decoder: the logits that features promote and suppress, and which are alike. */
import type { LanguageId } from '../../../core/language/languages.ts';
import { LENS_INPUT, buildDirectLogits } from '../../../core/lens/lensGraph.ts';
import { COSINES_INPUT, COSINES_OUTPUT, buildCosines, unitDecoder } from '../../../core/sae/encodeGraph.ts';
import type { FeatureEvidence } from '../../../core/sae/evidence.ts';
import { languageTokens, logitMassLift } from '../../../core/sae/logitMass.ts';
import type { Sae } from '../../../core/sae/sae.ts';
import { topIndices } from '../../../core/sampling/sampler.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../../session/graphSession.ts';
import { letMessagesIn } from '../../turn.ts';
import type { WorkContext } from '../../workContext.ts';

/** Features in one run: their logits are 200 kB each. */
const FEATURES_AT_ONCE = 32;

/** Tokens on either side, as Neuronpedia shows them; and neighbours. */
const TOP_TOKENS = 10;
const NEAREST = 8;

export interface DecodedFeature extends Pick<FeatureEvidence, 'promoted' | 'suppressed'> {
  /** By language, in the order that was asked for. */
  readonly lifts: readonly (number | null)[];
}

/** What is read of an autoencoder here; fewer rows stand for fewer features. */
export type Decoder = Pick<Sae, 'wDec' | 'dSae' | 'dIn'>;

/** Of every feature. The autoencoder reads the stream, so that its decoder's rows go through the last norm's gain and the head. */
export async function decodeFeatures(
  model: LoadedModel,
  { wDec, dSae, dIn }: Decoder,
  languages: readonly LanguageId[],
  { signal, emit }: WorkContext,
): Promise<DecodedFeature[]> {
  const { config, packed, settings, tokenizer } = model;
  const tokens = languages.map((language) => languageTokens((text) => tokenizer.encode(text), language));
  const session = await GraphSession.open(buildDirectLogits(config, packed), packed, settings);
  const decoded: DecodedFeature[] = [];
  try {
    for (let from = 0; from < dSae; from += FEATURES_AT_ONCE) {
      await letMessagesIn(signal);
      const to = Math.min(dSae, from + FEATURES_AT_ONCE);
      const rows = wDec.slice(from * dIn, to * dIn);
      const out = await session.run({ [LENS_INPUT]: tensor.float32(rows, [1, to - from, dIn]) }, { logits: null });
      const logits = floats(out.logits);
      for (let row = 0; row < to - from; row++)
        decoded.push(decodedFeature(model, logits.subarray(row * config.vocab, (row + 1) * config.vocab), tokens));
      emit({ kind: 'progress', phase: 'decoding features', done: to, total: dSae, unit: 'features' });
    }
  } finally {
    await session.release();
  }
  return decoded;
}

function decodedFeature(
  { tokenizer }: LoadedModel,
  logits: Float32Array,
  tokens: readonly (readonly number[])[],
): DecodedFeature {
  const named = (id: number) => [tokenizer.piece(id), logits[id]] as const;
  return {
    promoted: topIndices(logits, TOP_TOKENS).map(named),
    suppressed: topIndices(
      logits.map((logit) => -logit),
      TOP_TOKENS,
    ).map(named),
    lifts: tokens.map((ids) => logitMassLift(logits, ids)),
  };
}

/** The other features that write what is most alike, of every feature. */
export async function nearestFeatures(
  { packed, settings }: LoadedModel,
  sae: Sae,
  { signal, emit }: WorkContext,
): Promise<FeatureEvidence['nearest'][]> {
  const { dSae, dIn } = sae;
  const units = unitDecoder(sae);
  const session = await GraphSession.open(buildCosines(units, dIn), packed, settings);
  const nearest: FeatureEvidence['nearest'][] = [];
  try {
    for (let from = 0; from < dSae; from += FEATURES_AT_ONCE) {
      await letMessagesIn(signal);
      const to = Math.min(dSae, from + FEATURES_AT_ONCE);
      const feeds = { [COSINES_INPUT]: tensor.float32(units.slice(from * dIn, to * dIn), [to - from, dIn]) };
      const cosines = floats((await session.run(feeds, { [COSINES_OUTPUT]: null }))[COSINES_OUTPUT]);
      for (let row = 0; row < to - from; row++) {
        const ofRow = cosines.subarray(row * dSae, (row + 1) * dSae);
        const others = topIndices(ofRow, NEAREST + 1).filter((index) => index !== from + row);
        nearest.push(others.slice(0, NEAREST).map((index) => [index, ofRow[index]] as const));
      }
      emit({ kind: 'progress', phase: 'comparing features', done: to, total: dSae, unit: 'features' });
    }
  } finally {
    await session.release();
  }
  return nearest;
}
