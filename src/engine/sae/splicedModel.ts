/**
 * The model with a port at one hook, through which other values are put in the place of its own: how much the rest of the
 * model loses by that is what an autoencoder's reconstruction is judged by. A whole text at a time, without a cache.
 */
import { buildDecoder } from '../../core/graph/decoder.ts';
import { hookWidth, type HookName } from '../../core/graph/hooks.ts';
import { portInput } from '../../core/graph/ports.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import { closedPorts, textFeeds } from '../session/observedSession.ts';
import { logSumExp } from '../study/likelihood.ts';

/** What is put in: a value of every position [pos, width], or one for all [width], where `mask` [pos] is 1. */
export interface Splice {
  readonly value: Float32Array;
  readonly mask: Uint8Array;
}

export interface SplicedRun {
  /** The hook's own value, or what was put in its place, [pos, width]. */
  readonly values: Float32Array;
  /** The sum of -log p(next token), over all positions of the text but its last, in nats. */
  readonly loss: number;
}

export class SplicedModel {
  private constructor(
    private readonly model: LoadedModel,
    private readonly hook: HookName,
    private readonly session: GraphSession,
  ) {}

  static async open(model: LoadedModel, hook: HookName): Promise<SplicedModel> {
    const { config, packed, settings } = model;
    const graph = buildDecoder(config, packed, {
      hooks: new Set([hook]),
      ports: new Map([[hook, 'patch']]),
      gates: [],
      cache: false,
      logits: true,
    });
    return new SplicedModel(model, hook, await GraphSession.open(graph, packed, settings));
  }

  /** Runs a text of two tokens or more; without a splice, as it is. */
  async run(ids: readonly number[], splice?: Splice): Promise<SplicedRun> {
    const { config } = this.model;
    const { hook, session } = this;
    const feeds = { ...textFeeds([ids]), ...closedPorts(config, [hook]) };
    if (splice) {
      const width = hookWidth(config, hook);
      feeds[portInput(hook, 'mask')] = tensor.bool(splice.mask, [1, ids.length, 1]);
      feeds[portInput(hook, 'value')] = tensor.float32(splice.value, [1, splice.value.length / width, width]);
    }
    const asked = ids.length - 1;
    feeds.logitPositions = tensor.int64(
      Array.from({ length: asked }, (_, position) => position),
      [asked],
    );
    const known = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.has(name)));
    const out = await session.run(known, { [hook]: null, logits: null });
    const logits = floats(out.logits); // [asked, vocab]
    let loss = 0;
    for (let position = 0; position < asked; position++) {
      const here = logits.subarray(position * config.vocab, (position + 1) * config.vocab);
      loss += logSumExp(here) - here[ids[position + 1]];
    }
    return { values: floats(out[hook]), loss };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
