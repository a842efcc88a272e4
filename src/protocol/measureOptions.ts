/**
 * How answers are written wherever they are counted: greedy, with a mild penalty against loops, as chats. One place, so
 * that fitting, the terminal and the panels count the same thing.
 */
import type { GenerateOptions } from './engineService.ts';

export const measureOptions: GenerateOptions = {
  mode: 'auto',
  maxTokens: 96,
  temperature: 0,
  topP: 1,
  topK: 0,
  repeatPenalty: 1.1,
  stop: [],
  ignoreEos: false,
  batch: 16,
  seed: 0,
  steer: [],
};
