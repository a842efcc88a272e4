/** Int8 precision beside fast: decoding, and ghost text while somebody types. All in this process, on two threads. */
import fs from 'node:fs';
import { median } from '../../src/core/stats/quantiles.ts';
import { writeAnswers } from '../../src/engine/generate/answerLoop.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { GREEDY } from '../greedy.ts';
import { openReal } from '../golden/model.ts';
import { alternate, type Figure } from './figures.ts';
import { decodeSpeed } from './speed.ts';

/** As the editor asks by default: characters before the cursor, and the most tokens that are written. */
const PREFIX_CHARACTERS = 640;
const GHOST_TOKENS = 32;
/** Keystrokes of one run, each of which asks. */
const KEYSTROKES = 5;
const GHOST_BOUND_MS = 300;
const CODE = fs.readFileSync(new URL('../../src/engine/session/mainSession.ts', import.meta.url), 'utf8');

/** Milliseconds of a whole completion, the median over keystrokes at one place. */
async function ghostTime(model: LoadedModel): Promise<number> {
  const times: number[] = [];
  for (let typed = 0; typed <= KEYSTROKES; typed++) {
    const promptIds = model.tokenizer.encode(CODE.slice(0, PREFIX_CHARACTERS + typed));
    const options = { mode: 'raw', maxTokens: GHOST_TOKENS, ...GREEDY, ignoreEos: true, reuse: true } as const;
    const request = { id: 'ghost', promptIds, prefill: '', applied: [], seed: 0, options };
    const started = performance.now();
    await writeAnswers(model, [request], { batch: 1 });
    times.push(performance.now() - started);
  }
  return median(times.slice(1)); // the first one is asked where nothing of the prompt is known
}

export async function int8Figures(fast: LoadedModel, runs: number): Promise<Figure[]> {
  const int8 = await openReal('int8');
  const [decodeInt8, decodeFast, ghostInt8, ghostFast] = await alternate(runs, {
    'Steerscope, int8': () => decodeSpeed(int8),
    'Steerscope, fast': () => decodeSpeed(fast),
    'in int8': () => ghostTime(int8),
    'in fast': () => ghostTime(fast),
  });
  await int8.main.release();
  const ghost = { unit: 'ms', bounds: [{ of: 'value', is: 'at most', bound: GHOST_BOUND_MS } as const] };
  const note =
    `from the keystroke's request to the last of ${GHOST_TOKENS} tokens, ${PREFIX_CHARACTERS} characters of code before the ` +
    `cursor, those that were there before not run again; the median of ${KEYSTROKES} keystrokes is a run.`;
  return [
    { id: 'int8', title: 'Decode, int8', unit: 'tok/s', series: [decodeInt8, decodeFast], note: 'decoding as above.' },
    { ...ghost, id: 'ghost', title: 'Ghost text, fast', series: [ghostFast, ghostInt8], note },
    { ...ghost, id: 'ghost-int8', title: 'Ghost text, int8', series: [ghostInt8, ghostFast], note },
  ];
}
