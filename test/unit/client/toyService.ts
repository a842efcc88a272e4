/** A service for the tests of the process machinery: every way in which a call may end, and a few in which it may not. */
import * as v from 'valibot';
import type { CallContext, ParamsSchemas } from '../../../src/protocol/rpc.ts';

export interface ToyService {
  square(params: Float32Array): Promise<Float32Array>;
  /** Ticks until it is cancelled. */
  tick(params: null, context: CallContext<number>): Promise<void>;
  /** Looks at no signal, as a native call does. */
  hang(params: null): Promise<never>;
  /** Blocks the event loop, as a native call does. */
  block(params: { ms: number }): Promise<void>;
  print(params: { stdout: string; stderr: string }): Promise<void>;
  crash(params: { how: 'exit' | 'throw' | 'memory' | 'disconnect' }): Promise<never>;
}

export const toySchemas: ParamsSchemas<ToyService> = {
  square: v.instance(Float32Array),
  tick: v.null(),
  hang: v.null(),
  block: v.object({ ms: v.number() }),
  print: v.object({ stdout: v.string(), stderr: v.string() }),
  crash: v.object({ how: v.picklist(['exit', 'throw', 'memory', 'disconnect']) }),
};
