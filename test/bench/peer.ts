/**
 * node-llama-cpp as the bench drives it: the peer in the same language, on the same GGUF and as many threads. It is
 * installed by `scripts/bench.mjs` into a folder of its own and is no dependency of the project.
 */
import { existsSync } from 'node:fs';

const ENTRY = new URL('../../.cache/bench/node_modules/node-llama-cpp/dist/index.js', import.meta.url);

/** The parts of its interface that are used here. */
interface LlamaModule {
  getLlama(options: Record<string, unknown>): Promise<Llama>;
}
interface Llama {
  logLevel: string;
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
}
interface LlamaModel {
  createContext(options: Record<string, unknown>): Promise<LlamaContext>;
}
interface LlamaContext {
  getSequence(): LlamaSequence;
  printTimings(): Promise<void>;
}
interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(ids: readonly number[]): Promise<void>;
  evaluate(ids: readonly number[], options: Record<string, unknown>): AsyncIterable<number>;
}

export interface Peer {
  /** Milliseconds that a prompt takes. */
  prefill(ids: readonly number[]): Promise<number>;
  /** Tokens a second from the first new token to the last; `native` by llama.cpp's own clock. */
  decode(ids: readonly number[], count: number): Promise<{ perSecond: number; native: number }>;
}

/** Loads the peer; null where it is not installed. */
export async function openPeer(modelPath: string, threads: number, contextSize: number): Promise<Peer | null> {
  if (!existsSync(ENTRY)) return null;
  const { getLlama } = (await import(ENTRY.href)) as LlamaModule;
  const lines: string[] = [];
  const logger = (_level: string, line: string) => lines.push(line);
  const offline = { build: 'never', gpu: false, skipDownload: true };
  const llama = await getLlama({ ...offline, maxThreads: threads, logLevel: 'error', logger });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize, threads, batchSize: 512, performanceTracking: true });
  const sequence = context.getSequence();

  /** The speed of single tokens since the last call, which llama.cpp prints to its log. */
  const nativeSpeed = async (): Promise<number> => {
    lines.length = 0;
    llama.logLevel = 'debug';
    await context.printTimings();
    for (let wait = 0; wait < 100 && !lines.some((line) => line.includes('total time')); wait++) await pause(10);
    llama.logLevel = 'error';
    const line = lines.find((text) => /: +eval time/.test(text)) ?? '';
    return Number(/([\d.]+) tokens per second/.exec(line)?.[1]);
  };

  return {
    async prefill(ids) {
      await sequence.clearHistory();
      const started = performance.now();
      await sequence.evaluateWithoutGeneratingNewTokens(ids);
      return performance.now() - started;
    },
    async decode(ids, count) {
      await sequence.clearHistory();
      await sequence.evaluateWithoutGeneratingNewTokens(ids.slice(0, -1));
      await nativeSpeed(); // forgets what went before
      const times: number[] = [];
      const options = { temperature: 0, yieldEogToken: true };
      const tokens = sequence.evaluate(ids.slice(-1), options)[Symbol.asyncIterator]();
      while (times.length < count && !(await tokens.next()).done) times.push(performance.now());
      await tokens.return?.();
      if (times.length < count) throw new Error(`node-llama-cpp stopped after ${times.length} of ${count} tokens`);
      const perSecond = ((count - 1) * 1000) / (times[count - 1] - times[0]);
      return { perSecond, native: await nativeSpeed() };
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
