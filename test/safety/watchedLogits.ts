/** A model whose logits are seen on their way to the sampler: whether they were numbers, and a hash of all of them. */
import { createHash } from 'node:crypto';
import type { NextLogits } from '../../src/core/sampling/sampler.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';

export interface WatchedLogits {
  readonly model: LoadedModel;
  /** Of each position that a token was asked for at: whether something may be sampled from its logits. */
  readonly usable: readonly boolean[];
  /** SHA-256 over the bits of all logits, in the order in which they came. */
  hash(): string;
}

export function watchLogits(real: LoadedModel): WatchedLogits {
  const usable: boolean[] = [];
  const bits = createHash('sha256');
  const see = (next: NextLogits): NextLogits => {
    const { values } = next;
    usable.push(values.every(Number.isFinite) && values.some((value) => value !== values[0]));
    bits.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return next;
  };
  const main = new Proxy(real.main, {
    get(target, name) {
      if (name === 'prefill')
        return async (...args: Parameters<typeof target.prefill>) => see(await target.prefill(...args));
      if (name === 'step')
        return async (...args: Parameters<typeof target.step>) => (await target.step(...args)).map(see);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { model: { ...real, main }, usable, hash: () => bits.copy().digest('hex') };
}
