/** The llama family: Llama, SmolLM and those built like them. RMS norm, rotary positions, gated SiLU, grouped queries. */
import { ModelError } from '../errors.ts';
import { getNumber, optionalNumber, optionalString } from '../format/gguf/metadata.ts';
import type { GgufFile } from '../format/gguf/types.ts';
import type { ArchitectureSpec, DecoderConfig } from './spec.ts';

function config(file: GgufFile): DecoderConfig {
  const dModel = getNumber(file, 'llama.embedding_length');
  const heads = getNumber(file, 'llama.attention.head_count');
  refuseUnsupported(file);
  return {
    architecture: 'llama',
    layers: getNumber(file, 'llama.block_count'),
    dModel,
    heads,
    kvHeads: optionalNumber(file, 'llama.attention.head_count_kv') ?? heads,
    headWidth: optionalNumber(file, 'llama.attention.key_length') ?? dModel / heads,
    dMlp: getNumber(file, 'llama.feed_forward_length'),
    vocab: file.tensors.get('token_embd.weight')?.shape[0] ?? 0,
    context: getNumber(file, 'llama.context_length'),
    ropeBase: optionalNumber(file, 'llama.rope.freq_base') ?? 10000,
    ropeInterleaved: true,
    rmsEpsilon: getNumber(file, 'llama.attention.layer_norm_rms_epsilon'),
    tiedEmbedding: !file.tensors.has('output.weight'),
  };
}

/** A feature that changes the arithmetic and that the recipe lacks must be an error, never a silent difference. */
function refuseUnsupported(file: GgufFile): void {
  const scaling = optionalString(file, 'llama.rope.scaling.type') ?? 'none';
  if (scaling !== 'none' || file.tensors.has('rope_freqs.weight'))
    throw unsupported(`scaled rotary positions (${scaling === 'none' ? 'rope_freqs.weight' : scaling})`);
  if ((optionalNumber(file, 'llama.expert_count') ?? 0) > 0) throw unsupported('a mixture of experts');
  const extra = [...file.tensors.keys()].find((name) => name.endsWith('.bias'));
  if (extra !== undefined) throw unsupported(`the bias ${extra}`);
  const headWidth = optionalNumber(file, 'llama.attention.key_length');
  const rotated = optionalNumber(file, 'llama.rope.dimension_count');
  if (headWidth !== undefined && rotated !== undefined && headWidth !== rotated)
    throw unsupported('rotary positions on a part of each head');
}

function unsupported(what: string): ModelError {
  return new ModelError(
    'unsupported-feature',
    `this llama model uses ${what}, which Steerscope does not compute yet`,
    'Use a llama-family GGUF without it, such as SmolLM2.',
  );
}

export const llama: ArchitectureSpec = {
  id: 'llama',
  config,
  embedding: 'token_embd.weight',
  finalNorm: 'output_norm.weight',
  head: 'output.weight',
  block: (layer) => {
    const tensor = (name: string) => `blk.${layer}.${name}.weight`;
    return {
      attentionNorm: tensor('attn_norm'),
      qkv: [tensor('attn_q'), tensor('attn_k'), tensor('attn_v')],
      attentionOut: tensor('attn_output'),
      mlpNorm: tensor('ffn_norm'),
      gateUp: [tensor('ffn_gate'), tensor('ffn_up')],
      mlpOut: tensor('ffn_down'),
    };
  },
};
