/** A SAELens folder, version 6, of an {@link Sae}: what its files hold. */
import type { JsonObject } from '../../artefact/json.ts';
import type { Sae } from '../../sae/sae.ts';
import { encodeSafetensors, type EncodedSafetensors, type SafetensorsData } from '../safetensors.ts';
import { SAE_LENS_VERSION } from './files.ts';

/** Where an autoencoder reads, in SAELens' words; keys beside these are kept as they are. */
export interface SaeLensMetadata extends JsonObject {
  readonly model_name: string;
  /** TransformerLens' full name. */
  readonly hook_name: string;
}

export interface EncodedSaeLens {
  readonly config: string;
  readonly weights: EncodedSafetensors;
  readonly sparsity?: EncodedSafetensors;
}

/**
 * @param sparsity log10 of how often each feature is active, [dSae]
 */
export function encodeSaeLens(sae: Sae, metadata: SaeLensMetadata, sparsity?: Float32Array): EncodedSaeLens {
  const { architecture, dIn, dSae, k, applyBDecToInput } = sae;
  const config = {
    architecture,
    d_in: dIn,
    d_sae: dSae,
    dtype: 'float32',
    device: 'cpu',
    apply_b_dec_to_input: applyBDecToInput,
    normalize_activations: 'none',
    // SAELens gives attention's value its heads; the weights are for the heads one after another, either way.
    reshape_activations: metadata.hook_name.endsWith('attn.hook_z') ? 'hook_z' : 'none',
    ...(architecture === 'topk' ? { k, rescale_acts_by_decoder_norm: false } : {}),
    metadata: { sae_lens_version: SAE_LENS_VERSION, hook_head_index: null, prepend_bos: false, ...metadata },
  };
  return {
    config: `${JSON.stringify(config, null, 2)}\n`,
    weights: encodeSafetensors(weightTensors(sae)),
    ...(sparsity === undefined ? {} : { sparsity: encodeSafetensors(new Map([['sparsity', vector(sparsity)]])) }),
  };
}

function weightTensors({ dIn, dSae, wEnc, bEnc, wDec, bDec, threshold }: Sae): Map<string, SafetensorsData> {
  const tensors = new Map<string, SafetensorsData>([
    ['W_enc', { dtype: 'F32', shape: [dIn, dSae], data: wEnc }],
    ['W_dec', { dtype: 'F32', shape: [dSae, dIn], data: wDec }],
    ['b_enc', vector(bEnc)],
    ['b_dec', vector(bDec)],
  ]);
  if (threshold) tensors.set('threshold', vector(threshold));
  return tensors;
}

function vector(data: Float32Array): SafetensorsData {
  return { dtype: 'F32', shape: [data.length], data };
}
