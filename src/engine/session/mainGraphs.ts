/**
 * The graphs of the session that generates: the one that prompts run through, and the one for single tokens. They have the
 * same inputs and outputs, share the key-value cache, and are one and the same where both compute alike.
 */
import type { DecoderConfig } from '../../core/architectures/spec.ts';
import { buildDecoder } from '../../core/graph/decoder.ts';
import { residPost } from '../../core/graph/hooks.ts';
import { withInt8Activations, type PackedWeights } from '../../core/graph/weights.ts';
import type { PackedModel } from '../weights/packedModel.ts';
import type { GateSet } from './gateSet.ts';
import { GraphSession, type SessionSettings } from './graphSession.ts';

export interface MainSettings extends SessionSettings {
  /** True rounds the activations of single tokens to 8 bits; prompts are computed as ever. */
  readonly int8Tokens?: boolean;
}

export class MainGraphs {
  private constructor(
    readonly prompt: GraphSession,
    readonly token: GraphSession,
  ) {}

  /** Loads what these gates need. @throws ModelError where the runtime refuses */
  static async open(
    config: DecoderConfig,
    weights: PackedModel,
    settings: MainSettings,
    gates: GateSet,
  ): Promise<MainGraphs> {
    const load = (packed: PackedWeights) => GraphSession.open(graphOf(config, packed, gates), weights, settings);
    const prompt = await load(weights);
    const token = settings.int8Tokens === true ? await load(withInt8Activations(weights)) : prompt;
    return new MainGraphs(prompt, token);
  }

  async release(): Promise<void> {
    await this.prompt.release();
    if (this.token !== this.prompt) await this.token.release();
  }
}

function graphOf(config: DecoderConfig, weights: PackedWeights, { places }: GateSet) {
  const hooks = new Set(Array.from({ length: config.layers }, (_, layer) => residPost(layer)));
  const ports = new Map([...hooks].map((hook) => [hook, 'add' as const]));
  return buildDecoder(config, weights, { hooks, ports, gates: places, cache: true, logits: true });
}
