/** What the steps of the decoder's recipe share, and how any of them makes a value an output. */
import type { DecoderConfig } from '../architectures/spec.ts';
import type { Graph } from './graph.ts';
import type { HookName } from './hooks.ts';
import type { PackedWeights } from './weights.ts';

/** The ways in which a value may be changed, see `ports.ts`. */
export type PortKind = 'add' | 'affine' | 'patch';

/** Where a gate is, and of which form; see `gates.ts`. */
export interface GatePlace {
  readonly hook: HookName;
  /** True where a softmax chooses among the directions. */
  readonly choice: boolean;
  /** Present in a gate over features; `topK` where only the k strongest of all features are active. */
  readonly features?: { readonly topK?: { readonly k: number; readonly dSae: number } };
}

export interface DecoderOptions {
  /** Hooks that become outputs. */
  readonly hooks: ReadonlySet<HookName>;
  /** Hooks whose value a request may change, and how. */
  readonly ports: ReadonlyMap<HookName, PortKind>;
  /** Where gates act, in the order of their inputs. */
  readonly gates: readonly GatePlace[];
  /** True for generation: keys and values of earlier tokens are read and kept. False: a whole text in one run. */
  readonly cache: boolean;
  /** False for a graph that ends at its last hook. */
  readonly logits: boolean;
}

export interface DecoderContext {
  readonly graph: Graph;
  readonly config: DecoderConfig;
  readonly weights: PackedWeights;
  readonly options: DecoderOptions;
}

/** Makes a value an output under its hook's name, where that hook is wanted. */
export function observe({ graph, options }: DecoderContext, hook: HookName, value: string, width: number): void {
  if (!options.hooks.has(hook)) return;
  // An output must be a value of its own name. Renaming by a no-op keeps fused operators as they are.
  graph.apply('Identity', hook, { x: value });
  graph.output(hook, 'float32', ['batch', 'pos', width]);
}
