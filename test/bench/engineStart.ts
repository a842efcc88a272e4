/** What the engine costs as a process: the time from its start to a first token, and the memory it holds. */
import { fileURLToPath } from 'node:url';
import { startEngine, type EngineHandle } from '../../src/client/engineClient.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService, GenerateParams } from '../../src/protocol/engineService.ts';
import { testHome } from '../realModel.ts';
import type { Figure } from './figures.ts';
import { memoryOf, type Memory } from './memoryOf.ts';
import { LONG_PROMPT } from './speed.ts';
import { GREEDY } from '../greedy.ts';

export const ENGINE = fileURLToPath(new URL('../../dist/engine.js', import.meta.url));

/** A first answer in a chat, and a prompt that is as long as the memory figure says. */
const QUESTION = 'Write a function that adds two numbers.';
const SENTENCE = ' The quick brown fox jumps over the lazy dog.';

function generateParams(prompt: string, mode: 'chat' | 'raw'): GenerateParams {
  return { prompts: [{ id: 'bench', prompt }], options: { ...GREEDY, mode, maxTokens: 1, ignoreEos: true } };
}

/** A text of LONG_PROMPT tokens: whole sentences, then words of one token each. */
async function longPrompt({ client }: EngineHandle<EngineService>): Promise<string> {
  const sentence = (await client.tokenize({ text: SENTENCE, special: false })).ids.length;
  const whole = Math.floor(LONG_PROMPT / sentence);
  return SENTENCE.repeat(whole) + ' the'.repeat(LONG_PROMPT - whole * sentence);
}

interface Start {
  readonly firstTokenMs: number;
  readonly loaded: Memory | null;
  readonly prompted: Memory | null;
  readonly promptTokens: number;
}

async function startOnce(model: string, threads: number): Promise<Start> {
  const started = performance.now();
  const handle = await startEngine<EngineService>({ modulePath: ENGINE, schemas: engineSchemas });
  try {
    const { client, pid } = handle;
    await client.open({ model, precision: 'fast', threads, home: testHome(), get: false });
    await client.facts({}); // loads what `open` has checked
    const before = performance.now();
    const loaded = memoryOf(pid);
    const looked = performance.now() - before;
    await client.generate(generateParams(QUESTION, 'chat'));
    const firstTokenMs = performance.now() - started - looked;
    const [answer] = await client.generate(generateParams(await longPrompt(handle), 'raw'));
    return { firstTokenMs, loaded, prompted: memoryOf(pid), promptTokens: answer.promptTokens };
  } finally {
    await handle.dispose();
  }
}

/** Starts the built engine again and again. The first start of all, which may pack the weights, counts for nothing. */
export async function startFigures(model: string, threads: number, runs: number): Promise<Figure[]> {
  await startOnce(model, threads);
  const starts: Start[] = [];
  for (let run = 0; run < runs; run++) starts.push(await startOnce(model, threads));
  const figures: Figure[] = [
    {
      id: 'start',
      title: 'Start',
      unit: 'ms',
      series: [{ name: 'second start to the first token', runs: starts.map((start) => start.firstTokenMs) }],
      bounds: [{ of: 'value', is: 'at most', bound: 1500 }],
      note: 'from the fork of the engine process, model opened, to the first token of an answer in a chat.',
    },
  ];
  const { promptTokens } = starts[0];
  return [
    ...figures,
    ...memoryFigures(
      'memory-loaded',
      'Memory after loading',
      230,
      starts.map((start) => start.loaded),
    ),
    ...memoryFigures(
      'memory-prompt',
      `Memory after ${promptTokens} tokens`,
      440,
      starts.map((start) => start.prompted),
    ),
  ];
}

function memoryFigures(id: string, title: string, bound: number, memories: readonly (Memory | null)[]): Figure[] {
  const known = memories.filter((memory) => memory !== null);
  if (known.length === 0) return [];
  const part = (name: string, of: (memory: Memory) => number) => ({ name, runs: known.map(of) });
  return [
    {
      id,
      title,
      unit: 'MB',
      isSum: true,
      series: [
        part('resident in all', (memory) => memory.total),
        part('of it its own', (memory) => memory.anonymous),
        part('of it weights mapped from files', (memory) => memory.weights),
        part('of it programs and libraries', (memory) => memory.programs),
      ],
      bounds: [{ of: 'value', is: 'at most', bound }],
      note:
        'pages of the engine process. Its own are the runtime’s copies of the weights in the layout of its kernels, ' +
        'working memory and the JavaScript heap; pages of files are shared with other windows.',
    },
  ];
}
