/**
 * Results that are kept from run to run. A step's result is found again by a hash of all that it depends on, so a
 * changed model, parameter, prompt or method is a different result and never a stale one. What comes back was in a file,
 * and is believed only if its shape is right. It knows no step.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { canonicalJson } from '../../core/artefact/json.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import type { EngineService } from '../../protocol/engineService.ts';
import type { Client } from '../../protocol/rpc.ts';
import { VERSION } from '../../protocol/version.ts';
import type { Dated } from '../report/data.ts';
import { TOUR_METHOD } from './plan.ts';

export interface KeptOptions {
  readonly engine: Pick<Client<EngineService>, 'recall' | 'remember'>;
  readonly signal: AbortSignal;
  /** What every step of this tour depends on: the model's fingerprint and precision. */
  readonly base: JsonValue;
  /** True finds nothing, so that everything is measured again; the new results are kept all the same. */
  readonly isFresh: boolean;
  readonly now: () => Date;
}

export class KeptResults {
  constructor(private readonly options: KeptOptions) {}

  /** The key of a step's result: SHA-256 in hexadecimal. */
  key(step: string, inputs: JsonValue): string {
    const parts = [VERSION, TOUR_METHOD, this.options.base, step, inputs];
    return createHash('sha256').update(canonicalJson(parts)).digest('hex');
  }

  /** What was kept for a step, or undefined. */
  async recall<T>(step: string, inputs: JsonValue, schema: v.GenericSchema<unknown, T>): Promise<Dated<T> | undefined> {
    return this.options.isFresh ? undefined : this.find(step, inputs, schema);
  }

  /** The same, even where everything is measured again. */
  async find<T>(step: string, inputs: JsonValue, schema: v.GenericSchema<unknown, T>): Promise<Dated<T> | undefined> {
    const { engine, signal } = this.options;
    const found: unknown = await engine.recall({ key: this.key(step, inputs) }, { signal });
    const read = v.safeParse(
      v.strictObject({ at: v.pipe(v.string(), v.isoTimestamp()), ms: count, value: schema }),
      found,
    );
    return read.success ? { ...read.output, isKept: true } : undefined;
  }

  /** Keeps a result that has just been measured. */
  async remember(step: string, inputs: JsonValue, { value, at, ms }: Dated<unknown>): Promise<void> {
    const { engine, signal } = this.options;
    const plain = JSON.parse(JSON.stringify({ at, ms: ms ?? 0, value })) as JsonValue;
    await engine.remember({ key: this.key(step, inputs), value: plain }, { signal });
  }

  /** The result of a step: the kept one, or that of `work`, which is then kept. */
  async step<T>(
    step: string,
    inputs: JsonValue,
    schema: v.GenericSchema<unknown, T>,
    work: () => Promise<T>,
  ): Promise<Dated<T>> {
    const kept = await this.recall(step, inputs, schema);
    if (kept !== undefined) return kept;
    const measured = await this.timed(work);
    await this.remember(step, inputs, measured);
    return measured;
  }

  /** The result of `work` with its date and how long it took. */
  async timed<T>(work: () => Promise<T>): Promise<Dated<T>> {
    const startMs = performance.now();
    const value = await work();
    return { value, at: this.options.now().toISOString(), ms: Math.round(performance.now() - startMs), isKept: false };
  }
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
