/**
 * Steering ports: where the value at a hook may be changed, request by request and row by row, without a new session.
 * - `add`    h + v. The vectors of all residual streams come in one input, `steer` [B, 1 or S, layers * dModel]: one
 *            tensor a run instead of one a layer. A zero vector leaves every bit of h as it is.
 * - `affine` h + (h A + c) B + b, of rank r: projection, ablation, clamping, rotation and learned maps.
 *            Inputs `HOOK.A` [B, width, r], `HOOK.c` [B, 1, r], `HOOK.B` [B, r, width], `HOOK.b` [B, 1, width].
 * - `patch`  another value where `HOOK.mask` [B, S, 1] is true: `HOOK.value` [B, S, width]. Both may have an extent of 1 in
 *            place of B and S, so that a port at which nothing is put in costs next to nothing.
 */
import { UsageError } from '../errors.ts';
import type { DecoderContext, PortKind } from './context.ts';
import { residPost, type HookName } from './hooks.ts';

/** The name of a port's input. */
export function portInput(hook: HookName, part: 'A' | 'c' | 'B' | 'b' | 'mask' | 'value'): string {
  return `${hook}.${part}`;
}

/** Inserts a port after `value` [B, S, width] and returns the changed value. */
export function openPort(
  context: DecoderContext,
  hook: HookName,
  kind: PortKind,
  value: string,
  width: number,
): string {
  const { graph } = context;
  const changed = `${hook}.changed`;
  switch (kind) {
    case 'add':
      return adjoin(context, hook, value);
    case 'affine': {
      const input = (part: 'A' | 'c' | 'B' | 'b', shape: (number | string)[]) =>
        graph.input(portInput(hook, part), 'float32', shape);
      const rank = `${hook}.rank`;
      const projected = graph.apply('MatMul', `${changed}.projected`, {
        a: value,
        b: input('A', ['batch', width, rank]),
      });
      const shifted = graph.apply('Add', `${changed}.shifted`, { a: projected, b: input('c', ['batch', 1, rank]) });
      const mapped = graph.apply('MatMul', `${changed}.mapped`, { a: shifted, b: input('B', ['batch', rank, width]) });
      const offset = graph.apply('Add', `${changed}.offset`, { a: mapped, b: input('b', ['batch', 1, width]) });
      return graph.apply('Add', changed, { a: value, b: offset });
    }
    case 'patch': {
      // Names of their own: these extents may be 1 where those of the run are not.
      const extents = [`${hook}.batch`, `${hook}.pos`];
      const condition = graph.input(portInput(hook, 'mask'), 'bool', [...extents, 1]);
      const x = graph.input(portInput(hook, 'value'), 'float32', [...extents, width]);
      return graph.apply('Where', changed, { condition, x, y: value });
    }
  }
}

/** Adds the steering vector of a residual stream to a value of the stream, or of a branch that is about to join it. */
export function adjoin(context: DecoderContext, hook: HookName, value: string): string {
  const vectors = steeringVectors(context);
  const vector = vectors.get(hook);
  if (vector === undefined)
    throw new UsageError('unsupported-port', `a vector can be added at blocks.N.hook_resid_post, not at ${hook}`);
  return context.graph.apply('Add', `${hook}.steered`, { a: value, b: vector });
}

/** Splits the stacked input `steer`, on first use, into one vector a layer. */
function steeringVectors({ graph, config }: DecoderContext): Map<HookName, string> {
  const { layers, dModel } = config;
  const names = Array.from({ length: layers }, (_, layer) => `steer.${layer}`);
  if (!graph.inputs.some((input) => input.name === 'steer')) {
    const steer = graph.input('steer', 'float32', ['batch', 'steerPos', layers * dModel]);
    graph.split('steer', steer, Array<number>(layers).fill(dModel));
  }
  return new Map(names.map((name, layer) => [residPost(layer), name]));
}
