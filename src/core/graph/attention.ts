/**
 * Attention with rotary positions and grouped queries, in two forms: the fused operator, which generation uses, and
 * the same written out step by step, for requests that look at queries, keys, scores or the pattern.
 */
import { observe, type DecoderContext } from './context.ts';
import { blockHook } from './hooks.ts';

export interface AttentionParts {
  readonly seqlens: string;
  readonly totalLength: string;
  /** [B, S], for the unfused form. */
  readonly positions?: string;
  /** [S, S], 0 where a query may look and a large negative number where it may not. */
  readonly causalMask?: string;
}

/** The fused form. `qkv` is [B, S, (heads + 2 kvHeads) headWidth]; the result [B, S, heads * headWidth]. */
export function fusedAttention(context: DecoderContext, layer: number, qkv: string, shared: AttentionParts): string {
  const { graph, config, options } = context;
  const cacheShape = ['batch', config.kvHeads, 'capacity', config.headWidth];
  const past = options.cache
    ? {
        pastKey: graph.input(`past.${layer}.key`, 'float32', cacheShape),
        pastValue: graph.input(`past.${layer}.value`, 'float32', cacheShape),
      }
    : {};
  const { seqlens, totalLength } = shared;
  const name = `blocks.${layer}.attn.mixed`;
  const out = graph.add(
    'GroupQueryAttention',
    name,
    { query: qkv, ...past, seqlens, totalLength, ...rotaryCaches(context) },
    ['y', 'presentKey', 'presentValue'],
    {
      num_heads: config.heads,
      kv_num_heads: config.kvHeads,
      do_rotary: 1,
      rotary_interleaved: config.ropeInterleaved ? 1 : 0,
    },
  );
  if (options.cache) {
    // The cache is bound by these names; the node's outputs take them directly.
    rename(context, out.presentKey, `present.${layer}.key`);
    rename(context, out.presentValue, `present.${layer}.value`);
    graph.output(`present.${layer}.key`, 'float32', cacheShape);
    graph.output(`present.${layer}.value`, 'float32', cacheShape);
  }
  return out.y;
}

/** Gives an output of the newest node another name. */
function rename({ graph }: DecoderContext, from: string, to: string): void {
  const node = graph.nodes.at(-1);
  if (node === undefined) return;
  const outputs = Object.entries(node.outputs).map(([role, value]) => [role, value === from ? to : value]);
  graph.nodes[graph.nodes.length - 1] = { ...node, outputs: Object.fromEntries(outputs) as Record<string, string> };
}

/** The same by single steps, over a whole text: pattern = softmax(q k^T / sqrt(headWidth) + mask), z = pattern v. */
export function unfusedAttention(context: DecoderContext, layer: number, qkv: string, shared: AttentionParts): string {
  const { graph, config } = context;
  const { heads, kvHeads, headWidth } = config;
  const at = (step: string) => `blocks.${layer}.attn.${step}`;
  const widths = [heads * headWidth, kvHeads * headWidth, kvHeads * headWidth];
  const [q = '', k = '', v = ''] = graph.split(at('parts'), qkv, widths);
  observeHeads(context, layer, 'attn.hook_q', q, heads);
  observeHeads(context, layer, 'attn.hook_k', k, kvHeads);
  observe(context, blockHook(layer, 'attn.hook_v'), v, kvHeads * headWidth);
  const rotatedQ = rotate(context, at('rotatedQ'), q, heads, shared);
  const rotatedK = rotate(context, at('rotatedK'), k, kvHeads, shared);
  observeHeads(context, layer, 'attn.hook_rot_q', rotatedQ, heads);
  observeHeads(context, layer, 'attn.hook_rot_k', rotatedK, kvHeads);

  // Queries of one group share a key head: [B, kvHeads, group, S, headWidth] against [B, kvHeads, 1, S, headWidth].
  const group = heads / kvHeads;
  const split = (name: string, x: string, each: number) => {
    const shaped = graph.apply('Reshape', `${name}.heads`, {
      data: x,
      shape: graph.int64s([0, 0, kvHeads, each, headWidth]),
    });
    return graph.apply('Transpose', `${name}.byHead`, { x: shaped }, { perm: [0, 2, 3, 1, 4] });
  };
  const queries = split(at('q'), rotatedQ, group);
  const keys = graph.apply('Transpose', at('k.columns'), { x: split(at('k'), rotatedK, 1) }, { perm: [0, 1, 2, 4, 3] });
  const products = graph.apply('MatMul', at('products'), { a: queries, b: keys });
  const scaled = graph.apply('Mul', at('scaled'), { a: products, b: graph.float32(1 / Math.sqrt(headWidth)) });
  const scores = graph.apply('Add', at('scores'), { a: scaled, b: shared.causalMask ?? '' });
  const pattern = graph.apply('Softmax', at('pattern'), { x: scores }, { axis: -1 });
  observePattern(context, layer, 'attn.hook_attn_scores', scores);
  observePattern(context, layer, 'attn.hook_pattern', pattern);
  const mixed = graph.apply('MatMul', at('mixedByHead'), { a: pattern, b: split(at('v'), v, 1) });
  const byToken = graph.apply('Transpose', at('mixedByToken'), { x: mixed }, { perm: [0, 3, 1, 2, 4] });
  return graph.apply('Reshape', at('mixed'), { data: byToken, shape: graph.int64s([0, 0, heads * headWidth]) });
}

function rotate(context: DecoderContext, name: string, x: string, heads: number, shared: AttentionParts): string {
  const { graph, config } = context;
  return graph.apply(
    'RotaryEmbedding',
    name,
    { x, positions: shared.positions ?? '', ...rotaryCaches(context) },
    { interleaved: config.ropeInterleaved ? 1 : 0, num_heads: heads, rotary_embedding_dim: config.headWidth },
  );
}

/** Observes queries or keys in the layout that TransformerLens has: the halves of a head, not neighbours, rotate together. */
function observeHeads(context: DecoderContext, layer: number, hook: string, value: string, heads: number): void {
  const { graph, config, options } = context;
  const name = blockHook(layer, hook);
  if (!options.hooks.has(name)) return;
  const width = heads * config.headWidth;
  if (!config.ropeInterleaved) return observe(context, name, value, width);
  const half = config.headWidth / 2;
  const order = Array.from({ length: width }, (_, i) => {
    const inHead = i % config.headWidth;
    return i - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
  });
  const indices = graph.initializer({
    name: `const.deinterleave.${heads}`,
    dtype: 'int64',
    shape: [width],
    data: new Uint8Array(BigInt64Array.from(order, BigInt).buffer),
  });
  observe(context, name, graph.apply('Gather', `${name}.halves`, { data: value, indices }, { axis: 2 }), width);
}

/** [B, kvHeads, group, S, S] as [B, heads, S, S]. */
function observePattern(context: DecoderContext, layer: number, hook: string, value: string): void {
  const { graph, config, options } = context;
  const name = blockHook(layer, hook);
  if (!options.hooks.has(name)) return;
  const pos = graph.apply('Shape', `${name}.pos`, { x: value }, { start: 4 });
  const shape = graph.apply('Concat', `${name}.shape`, { a: graph.int64s([0, config.heads, -1]), b: pos }, { axis: 0 });
  graph.apply('Reshape', name, { data: value, shape });
  graph.output(name, 'float32', ['batch', config.heads, 'query', 'key']);
}

/** cos and sin of position p times base^(-2 i / headWidth): [context, headWidth / 2] each, as constants of the graph. */
function rotaryCaches({ graph, config }: DecoderContext): { cosCache: string; sinCache: string } {
  const cosCache = 'rotary.cos';
  const sinCache = 'rotary.sin';
  if (graph.initializers.has(cosCache)) return { cosCache, sinCache };
  const half = config.headWidth / 2;
  const cos = new Float32Array(config.context * half);
  const sin = new Float32Array(config.context * half);
  for (let position = 0; position < config.context; position++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * Math.fround(config.ropeBase ** ((-2 * i) / config.headWidth)));
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  const shape = [config.context, half];
  graph.initializer({ name: cosCache, dtype: 'float32', shape, data: new Uint8Array(cos.buffer) });
  graph.initializer({ name: sinCache, dtype: 'float32', shape, data: new Uint8Array(sin.buffer) });
  return { cosCache, sinCache };
}
