/**
 * Activation patching (Vig et al. 2020; Meng et al. 2022): run A's activation is put into run B at one hook and
 * position, and the change of B's next token says what that place carries.
 */
import { UsageError } from '../../core/errors.ts';
import { findHook, hookWidth } from '../../core/graph/hooks.ts';
import { topIndices } from '../../core/sampling/sampler.ts';
import { klDivergence } from '../../core/stats/distributions.ts';
import type { PatchParams, PatchResult, TopLogits } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { positionIn, textIds } from './text.ts';

/** Hooks that a value can be put into: those whose value the rest of the graph reads. */
const PATCHABLE =
  /^(?:hook_embed|blocks\.\d+\.(?:hook_resid_mid|hook_resid_post|hook_attn_out|hook_mlp_out|attn\.hook_z|mlp\.hook_post))$/;

export async function patch(model: LoadedModel, params: PatchParams): Promise<PatchResult> {
  const hook = findHook(model.config, params.hook);
  if (!PATCHABLE.test(hook))
    throw new UsageError(
      'not-patchable',
      `nothing can be put into ${hook}`,
      'Patch hook_embed, or hook_resid_mid, hook_resid_post, hook_attn_out, hook_mlp_out, attn.hook_z or mlp.hook_post of a block.',
    );
  const sourceIds = textIds(model, { text: params.source, special: params.special });
  const targetIds = textIds(model, { text: params.target, special: params.special });
  const from = positionIn(sourceIds, params.sourcePosition, 'source');
  const to = positionIn(targetIds, params.targetPosition, 'target');

  const source = await model.observed.run({ ids: sourceIds, hooks: [hook], logits: true });
  const values = source.values.get(hook) ?? new Float32Array(0);
  const width = hookWidth(model.config, hook);
  const value = values.subarray(from * width, (from + 1) * width);
  const target = await model.observed.run({ ids: targetIds, hooks: [hook], logits: true });
  const patched = await model.observed.run({
    ids: targetIds,
    hooks: [],
    patches: [{ hook, position: to, value }],
    logits: true,
  });
  const logits = [source, target, patched].map((run) => run.logits ?? new Float32Array(0));
  return {
    source: top(logits[0], params.top),
    target: top(logits[1], params.top),
    patched: top(logits[2], params.top),
    klFromTarget: klDivergence(logits[2], logits[1]),
  };
}

function top(logits: Float32Array, count: number): TopLogits {
  return topIndices(logits, count).map((id) => [id, logits[id]]);
}
