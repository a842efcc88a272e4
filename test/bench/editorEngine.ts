/** What completions of the editor cost in the engine's process: 32 tokens after 256, with and without what is kept, and cancelling. */
import { fileURLToPath } from 'node:url';
import { startEngine, type EngineHandle } from '../../src/client/engineClient.ts';
import { CancelledError } from '../../src/core/errors.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService, GenerateParams } from '../../src/protocol/engineService.ts';
import { GREEDY } from '../greedy.ts';
import { realModelPath, testHome } from '../realModel.ts';
import type { EditorFigure } from './editorPage.ts';

const ENGINE = fileURLToPath(new URL('../../dist/engine.js', import.meta.url));
const PREFIX_TOKENS = 256;
const NEW_TOKENS = 32;
/** Threads as the editor's setting has them: as many as there are processors. */
const THREADS = 2;

/** Lines of a program, each its own, so that no prefix is the beginning of another. */
function programText(seed: number): string {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `    total_${seed} += weights[${i}] * values[${(i * 7 + seed) % 60}]  # step ${i}`,
  );
  return `def weighted_${seed}(weights, values):\n    total_${seed} = 0.0\n${lines.join('\n')}\n`;
}

/** The beginning of a text that has so many tokens, to the letter where the tokenizer allows it. */
async function prefixOf({ client }: EngineHandle<EngineService>, text: string, tokens: number): Promise<string> {
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    const { ids } = await client.tokenize({ text: text.slice(0, middle), special: false });
    if (ids.length <= tokens) least = middle;
    else most = middle - 1;
  }
  return text.slice(0, least);
}

function asked(prompt: string, maxTokens: number, reuse: boolean): GenerateParams {
  return {
    prompts: [{ id: 'bench', prompt }],
    options: { ...GREEDY, mode: 'raw', maxTokens, ignoreEos: true, reuse },
  };
}

export async function engineFigures(runs: number): Promise<EditorFigure[]> {
  const handle = await startEngine<EngineService>({ modulePath: ENGINE, schemas: engineSchemas });
  try {
    const { client } = handle;
    const model = await realModelPath();
    await client.open({ model, precision: 'fast', threads: THREADS, home: testHome(), get: false });
    const kept: number[] = [];
    const anew: number[] = [];
    const cancels: number[] = [];
    await timed(handle, await prefixOf(handle, programText(0), PREFIX_TOKENS), false);
    for (let run = 1; run <= runs; run++) {
      const whole = await prefixOf(handle, programText(run), PREFIX_TOKENS);
      // A keystroke earlier, as while typing: what that left behind is what can be kept.
      await timed(handle, whole.slice(0, -1), true);
      kept.push(await timed(handle, whole, true));
      anew.push(await timed(handle, whole, false));
      cancels.push(await cancelled(handle, whole));
    }
    return [
      {
        id: 'ghost-reuse',
        title: `${NEW_TOKENS} tokens after ${PREFIX_TOKENS}, a keystroke after the last request`,
        unit: 'ms',
        runs: kept,
        bounds: { p50: 700, p95: 1500 },
        note: 'In the engine’s process, over its pipe, from request to answer; the text before but for a character was asked just before. The pause of 150 ms that the editor waits is not in it.',
      },
      {
        id: 'ghost-anew',
        title: `${NEW_TOKENS} tokens after ${PREFIX_TOKENS}, nothing kept`,
        unit: 'ms',
        runs: anew,
        bounds: { p50: 700, p95: 1500 },
        note: 'The same text with the reuse of the keys and values switched off.',
      },
      {
        id: 'cancel',
        title: 'Cancel to idle',
        unit: 'ms',
        runs: cancels,
        bounds: { p95: 60 },
        note: 'From the cancellation of a running generation until the engine has said that it has ended and has answered another call.',
      },
    ];
  } finally {
    await handle.dispose();
  }
}

async function timed({ client }: EngineHandle<EngineService>, prompt: string, reuse: boolean): Promise<number> {
  const startMs = performance.now();
  const [answer] = await client.generate(asked(prompt, NEW_TOKENS, reuse));
  const tookMs = performance.now() - startMs;
  if (answer?.tokens !== NEW_TOKENS) throw new Error(`${answer?.tokens} tokens were written instead of ${NEW_TOKENS}`);
  return tookMs;
}

async function cancelled({ client }: EngineHandle<EngineService>, prompt: string): Promise<number> {
  const abort = new AbortController();
  let pieces = 0;
  let cancelledMs = NaN;
  try {
    await client.generate(asked(prompt, 256, true), {
      signal: abort.signal,
      onEvent: ({ kind }) => {
        if (kind !== 'text' || ++pieces !== 5) return;
        cancelledMs = performance.now();
        abort.abort();
      },
    });
    throw new Error('the generation ended before it was cancelled');
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
  }
  // The engine says that a call has ended when it has: it is free now, and another call shows it.
  await client.tokenize({ text: 'x', special: false });
  return performance.now() - cancelledMs;
}
