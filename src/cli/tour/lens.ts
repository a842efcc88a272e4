/** The moment of choice: the next token after the opening by every layer, without and with the vector. */
import { SteerscopeError } from '../../core/errors.ts';
import type { LensResult } from '../../protocol/engineService.ts';
import type { LensReading } from '../report/data.ts';
import type { TourCalls } from './calls.ts';
import type { TourPlan } from './plan.ts';

/** Tokens that are read in each layer. */
const TOP = 5;

/** Undefined for a model that cannot be asked as a chat. */
export async function readChoice(
  { engine, signal, onStep }: TourCalls,
  { prompts, opening }: TourPlan,
  vector: string,
): Promise<LensReading | undefined> {
  const [prompt] = prompts;
  if (prompt === undefined) return undefined;
  const asked = { mode: 'chat', prefill: opening } as const;
  const params = { text: prompt.prompt, special: false, layers: 'all', top: TOP, asked };
  const options = { signal, onEvent: onStep };
  try {
    const plain = await engine.lens(params, options);
    const steered = await engine.lens({ ...params, steer: [{ name: vector, strength: 1 }] }, options);
    // A reading is called steered only where the engine says that a vector was applied.
    const isSteered = (steered.steer ?? []).length > 0;
    return { prompt, plain: atEnd(plain), ...(isSteered ? { steered: atEnd(steered) } : {}) };
  } catch (error) {
    if (SteerscopeError.is(error, 'no-chat-template')) return undefined;
    throw error;
  }
}

/** The reading at the last position alone: the others would make the kept file ten times as long. */
function atEnd({ ids, pieces = {}, steer, layers }: LensResult): LensResult {
  const ends = layers.map(({ layer, top }) => ({ layer, top: top.slice(-1) }));
  const shown = new Set(ends.flatMap(({ top }) => top.flatMap((entries) => entries.map(([id]) => String(id)))));
  return {
    ids,
    pieces: Object.fromEntries(Object.entries(pieces).filter(([id]) => shown.has(id))),
    ...(steer === undefined ? {} : { steer }),
    layers: ends,
  };
}
