/**
 * What steering costs: pairs of runs, one with and one without the vector, whose order alternates. Machines warm up,
 * slow down and are shared; a pair's two runs meet nearly the same machine, so the overhead is taken pair by pair.
 */
import { median } from '../../core/stats/quantiles.ts';
import type { GenerateOptions, Generated } from '../../protocol/engineService.ts';
import type { Speed, SpeedPair } from '../report/data.ts';
import type { TourCalls } from './calls.ts';
import type { TourPlan } from './plan.ts';

export const SPEED_PAIRS = 5;
export const SPEED_TOKENS = 64;

export async function measureSpeed(calls: TourCalls, plan: TourPlan, vector: string): Promise<Speed> {
  const [prompt] = plan.prompts;
  const base: GenerateOptions = { ...plan.answers, batch: 1, maxTokens: SPEED_TOKENS, ignoreEos: true };
  const options: Record<SpeedPair['first'], GenerateOptions> = {
    plain: base,
    // Every token, whatever the artefact's own scope: the most that steering can cost.
    steered: { ...base, steer: [{ name: vector, strength: 1 }], scope: 'all' },
  };
  let done = 0;
  const run = async (which: SpeedPair['first']): Promise<number> => {
    const params = { prompts: prompt === undefined ? [] : [prompt], options: options[which] };
    const [answer] = await calls.engine.generate(params, { signal: calls.signal });
    const progress = {
      kind: 'progress',
      phase: 'timing',
      done: ++done,
      total: SPEED_PAIRS * 2 + 2,
      unit: 'runs',
    } as const;
    calls.onStep(progress);
    return answer === undefined ? NaN : tokensPerSecond(answer);
  };
  // Not counted: the first run of each kind meets cold caches.
  await run('plain');
  await run('steered');
  const pairs: SpeedPair[] = [];
  for (let i = 0; i < SPEED_PAIRS; i++) {
    const first = i % 2 === 0 ? 'plain' : 'steered';
    const [one, other] = [await run(first), await run(first === 'plain' ? 'steered' : 'plain')];
    pairs.push(first === 'plain' ? { plain: one, steered: other, first } : { plain: other, steered: one, first });
  }
  return summarise(pairs, SPEED_TOKENS);
}

/** Of decoding alone. The first token comes out of reading the prompt and is in neither count. */
export function tokensPerSecond({ tokens, ms }: Pick<Generated, 'tokens' | 'ms'>): number {
  return ((tokens - 1) / ms.decode) * 1000;
}

export function summarise(pairs: readonly SpeedPair[], tokensPerRun: number): Speed {
  const overheads = pairs.map(({ plain, steered }) => plain / steered - 1);
  return {
    tokensPerRun,
    pairs,
    medianPlain: median(pairs.map(({ plain }) => plain)),
    medianSteered: median(pairs.map(({ steered }) => steered)),
    overhead: median(overheads),
    overheadRange: [Math.min(...overheads), Math.max(...overheads)],
  };
}
