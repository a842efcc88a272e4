/** The options of a generation that depends on nothing but the model and the prompt: greedy, row by row, not steered. */
import type { GenerateOptions } from '../src/protocol/engineService.ts';

export const GREEDY: Omit<GenerateOptions, 'mode' | 'maxTokens'> = {
  temperature: 0,
  topP: 1,
  topK: 0,
  repeatPenalty: 1,
  stop: [],
  ignoreEos: false,
  batch: 1,
  seed: 0,
  steer: [],
};
