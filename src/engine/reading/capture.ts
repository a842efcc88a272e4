/** Activations of a text at hooks, in memory or as a safetensors file. */
import { dirname } from 'node:path';
import { hookShape, matchHooks, residPost, type HookName } from '../../core/graph/hooks.ts';
import { encodeSafetensors } from '../../core/format/safetensors.ts';
import type { CaptureParams, CaptureResult } from '../../protocol/engineService.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, writeFileAtomically } from '../../files/atomic.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { assertRoomFor } from '../model/memory.ts';
import { streamsOf, textIds } from './text.ts';
import type { WorkContext } from '../workContext.ts';

/** A float32 as the runtime has it, and once more as ours. */
const BYTES_PER_NUMBER = 8;

export async function capture(
  model: LoadedModel,
  params: CaptureParams,
  { signal, emit }: WorkContext,
): Promise<CaptureResult> {
  const hooks = matchHooks(model.config, params.hooks);
  const ids = textIds(model, params);
  const shapes = Object.fromEntries(hooks.map((hook) => [hook, hookShape(model.config, hook, ids.length)]));
  assertRoomForHooks(model, hooks, ids.length, 'Name fewer hooks, or give a shorter text.');
  emit({ kind: 'progress', phase: 'running the text', done: 0, total: ids.length, unit: 'tokens' });
  const values = await valuesAt(model, ids, hooks, signal);
  if (params.out === undefined) return { ids, hooks: shapes, values: Object.fromEntries(values) };
  const tensors = new Map(
    [...values].map(([hook, data]) => [hook as string, { dtype: 'F32' as const, shape: shapes[hook], data }]),
  );
  const { header, chunks } = encodeSafetensors(tensors, {
    model: model.fingerprint,
    precision: model.summary.precision,
  });
  await cleanTemporaryFiles(dirname(params.out), LEFT_OVER_MS);
  await writeFileAtomically(params.out, pieces(header, chunks), { signal });
  return { ids, hooks: shapes };
}

/** @throws ModelError `does-not-fit` before anything is run: attention has a number for each pair of tokens and head */
export function assertRoomForHooks(
  { config }: Pick<LoadedModel, 'config'>,
  hooks: readonly HookName[],
  tokens: number,
  advice = 'Give a shorter text.',
): void {
  const numbers = hooks.reduce(
    (sum, hook) => sum + hookShape(config, hook, tokens).reduce((product, n) => product * n, 1),
    0,
  );
  assertRoomFor(numbers * BYTES_PER_NUMBER, `${hooks.length} hooks of ${tokens} tokens`, advice);
}

/** The values of any hooks: residual streams come from the generating session, all others from a graph of their own. */
export async function valuesAt(
  model: LoadedModel,
  ids: readonly number[],
  hooks: readonly HookName[],
  signal: AbortSignal,
): Promise<Map<HookName, Float32Array>> {
  if (hooks.every((hook) => streamOf(hook).endsWith('.hook_resid_post'))) {
    const found = await streamsOf(model, ids, [...new Set(hooks.map(streamOf))], signal);
    return new Map(hooks.map((hook) => [hook, found.get(streamOf(hook)) ?? new Float32Array(0)]));
  }
  const { values } = await model.observed.run({ ids, hooks });
  return new Map(hooks.map((hook) => [hook, values.get(hook) ?? new Float32Array(0)]));
}

/** What goes into block N is what came out of block N - 1. */
function streamOf(hook: HookName): HookName {
  const layer = Number(/^blocks\.(\d+)\.hook_resid_pre$/.exec(hook)?.[1] ?? 0);
  return layer > 0 ? residPost(layer - 1) : hook;
}

async function* pieces(header: Uint8Array, chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield header;
  yield* chunks;
}
