/**
 * The decoder's forward graph, from token ids to logits, with hook points and steering ports. One recipe serves every
 * family of `architectures/`; what a request observes or changes is an option of the build, and what it steers by is
 * an input of the run.
 *
 * Inputs of a run (B rows, S tokens a row in this run):
 *   ids [B, S] int64 · logitPositions [P] int64 · steer [B, 1 or S, layers * dModel] ·
 *   past.N.key|value [B, kvHeads, capacity, headWidth] · seqlens [B] int32 (tokens of the row after the run, less one) ·
 *   totalLength int32 (the largest of them plus one)
 * Outputs: logits [B, P, vocab], present.N.key|value, and every observed hook under its name.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import { weightName } from '../weights/plan.ts';
import { unfusedAttention, fusedAttention, type AttentionParts } from './attention.ts';
import { observe, type DecoderContext, type DecoderOptions } from './context.ts';
import { throughGates } from './gates.ts';
import { Graph, pruned } from './graph.ts';
import { EMBED, LN_FINAL, UNFUSED_ATTENTION_HOOKS, blockHook, residPost, type HookName } from './hooks.ts';
import { adjoin, openPort } from './ports.ts';
import { linear, lookUp, vectorValue, type PackedWeights } from './weights.ts';

/** Builds the graph of a model. Values that no output needs are not in it. */
export function buildDecoder(config: DecoderConfig, weights: PackedWeights, options: DecoderOptions): Graph {
  const context: DecoderContext = { graph: new Graph(), config, weights, options };
  const { graph } = context;
  const ids = graph.input('ids', 'int64', ['batch', 'pos']);
  const attention = attentionInputs(context);

  const embedded = lookUp(graph, 'embedded', ids, weights.matrix(weightName.embedding));
  let residual = site(context, EMBED, embedded, config.dModel);
  residual = site(context, blockHook(0, 'hook_resid_pre'), residual, config.dModel);
  let normalized = graph.add(
    'SimplifiedLayerNormalization',
    'blocks.0.ln1',
    { x: residual, gain: gain(context, weightName.attentionNorm(0)) },
    ['normalized'],
    { epsilon: { float: config.rmsEpsilon }, axis: -1 },
  ).normalized;

  for (let layer = 0; layer < config.layers; layer++) {
    const branch = attentionBranch(context, layer, normalized, attention);
    const mid = join(context, {
      branch,
      skip: residual,
      gain: weightName.mlpNorm(layer),
      hook: blockHook(layer, 'hook_resid_mid'),
      norm: `blocks.${layer}.ln2`,
    });
    const isLast = layer === config.layers - 1;
    const post = join(context, {
      branch: mlpBranch(context, layer, mid.normalized),
      skip: mid.sum,
      gain: isLast ? weightName.finalNorm : weightName.attentionNorm(layer + 1),
      hook: residPost(layer),
      norm: isLast ? 'ln_final' : `blocks.${layer + 1}.ln1`,
    });
    residual = post.sum;
    normalized = post.normalized;
    if (!isLast) observe(context, blockHook(layer + 1, 'hook_resid_pre'), residual, config.dModel);
  }
  observe(context, LN_FINAL, normalized, config.dModel);
  if (options.logits) addLogits(context, normalized);
  return pruned(graph);
}

/** The normalised stream at the positions whose logits are wanted: an output beside them, where there is a cache. */
export const HEAD_INPUT = 'unembed.input';

function addLogits({ graph, config, weights, options }: DecoderContext, normalized: string): void {
  const positions = graph.input('logitPositions', 'int64', ['logitPosition']);
  const chosen = graph.apply('Gather', HEAD_INPUT, { data: normalized, indices: positions }, { axis: 1 });
  linear(graph, 'logits', chosen, weights.matrix(weightName.head));
  graph.output('logits', 'float32', ['batch', 'logitPosition', config.vocab]);
  if (options.cache) graph.output(HEAD_INPUT, 'float32', ['batch', 'logitPosition', config.dModel]);
}

/** The inputs that every attention shares. */
function attentionInputs({ graph, options }: DecoderContext): AttentionParts {
  const lengths = {
    seqlens: graph.input('seqlens', 'int32', ['batch']),
    totalLength: graph.input('totalLength', 'int32', []),
  };
  if (options.cache) return lengths;
  return {
    ...lengths,
    positions: graph.input('positions', 'int64', ['batch', 'pos']),
    causalMask: graph.input('causalMask', 'float32', ['pos', 'pos']),
  };
}

function attentionBranch(context: DecoderContext, layer: number, x: string, shared: AttentionParts): string {
  const { graph, config, weights, options } = context;
  observe(context, blockHook(layer, 'ln1.hook_normalized'), x, config.dModel);
  const qkv = linear(graph, `blocks.${layer}.attn.qkv`, x, weights.matrix(weightName.qkv(layer)));
  const unfused = UNFUSED_ATTENTION_HOOKS.some((hook) => isTouched(options, blockHook(layer, hook)));
  const mixed = unfused ? unfusedAttention(context, layer, qkv, shared) : fusedAttention(context, layer, qkv, shared);
  const z = site(context, blockHook(layer, 'attn.hook_z'), mixed, config.heads * config.headWidth);
  const out = linear(graph, `blocks.${layer}.attn.out`, z, weights.matrix(weightName.attentionOut(layer)));
  return site(context, blockHook(layer, 'hook_attn_out'), out, config.dModel);
}

function mlpBranch(context: DecoderContext, layer: number, x: string): string {
  const { graph, config, weights } = context;
  const name = `blocks.${layer}.mlp`;
  observe(context, blockHook(layer, 'ln2.hook_normalized'), x, config.dModel);
  const both = linear(graph, `${name}.gateUp`, x, weights.matrix(weightName.gateUp(layer)));
  const [gate = '', up = ''] = graph.split(`${name}.split`, both, [config.dMlp, config.dMlp]);
  observe(context, blockHook(layer, 'mlp.hook_pre'), gate, config.dMlp);
  observe(context, blockHook(layer, 'mlp.hook_pre_linear'), up, config.dMlp);
  const silu = graph.apply('QuickGelu', `${name}.silu`, { x: gate }, { alpha: { float: 1 } }); // x sigmoid(x)
  const gated = graph.apply('Mul', `${name}.gated`, { a: silu, b: up });
  const post = site(context, blockHook(layer, 'mlp.hook_post'), gated, config.dMlp);
  const out = linear(graph, `${name}.out`, post, weights.matrix(weightName.mlpOut(layer)));
  return site(context, blockHook(layer, 'hook_mlp_out'), out, config.dModel);
}

interface Join {
  readonly branch: string;
  readonly skip: string;
  readonly gain: string;
  readonly hook: HookName;
  readonly norm: string;
}

/**
 * The residual stream takes a branch and is normalised for the next one, in one fused operator. What is to be added to
 * the stream, by a vector or a gate, is added to the branch first, which keeps the operator fused; other ports come
 * after the sum.
 */
function join(
  context: DecoderContext,
  { branch, skip, gain: gainName, hook, norm }: Join,
): { sum: string; normalized: string } {
  const { graph, config, options } = context;
  const port = options.ports.get(hook);
  const epsilon = { epsilon: { float: config.rmsEpsilon } };
  if (port === undefined || port === 'add') {
    const moved = port === 'add' ? adjoin(context, hook, branch) : branch;
    const steered = throughGates(context, hook, moved, config.dModel, (value, gate) =>
      graph.apply('Add', `${gate}.stream`, { a: value, b: skip }),
    );
    const inputs = { branch: steered, skip, gain: gain(context, gainName) };
    const out = graph.add('SkipSimplifiedLayerNormalization', norm, inputs, ['normalized', 'sum'], epsilon);
    observe(context, hook, out.sum, config.dModel);
    return out;
  }
  const sum = graph.apply('Add', `${norm}.stream`, { a: branch, b: skip });
  const changed = site(context, hook, sum, config.dModel);
  const inputs = { x: changed, gain: gain(context, gainName) };
  const out = graph.add('SimplifiedLayerNormalization', norm, inputs, ['normalized'], { ...epsilon, axis: -1 });
  return { sum: changed, normalized: out.normalized };
}

/** A hook point: the value may be changed by a port, and is observed as it is afterwards. */
function site(context: DecoderContext, hook: HookName, value: string, width: number): string {
  const port = context.options.ports.get(hook);
  const ported = port === undefined ? value : openPort(context, hook, port, value, width);
  const changed = throughGates(context, hook, ported, width);
  observe(context, hook, changed, width);
  return changed;
}

function isTouched(options: DecoderOptions, hook: HookName): boolean {
  return options.hooks.has(hook) || options.ports.has(hook);
}

function gain({ graph, weights }: DecoderContext, name: string): string {
  return vectorValue(graph, name, weights.vector(name));
}
