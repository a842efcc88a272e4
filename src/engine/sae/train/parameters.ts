/**
 * What a training run learns: encoder and decoder rows, biases, thresholds, each with its two moments of Adam. They lie in
 * one memory with all that a step works on, so that the runtime and the kernels read and write them in place.
 *
 * Rows of weights are one feature's, in the encoder too (SAELens has it transposed), filled up with zeros to `width`:
 * zeros have no gradient and stay zeros.
 */
import { ROW_BYTES, type Kernels } from '../../../core/sae/training/kernels.ts';
import { isSparse, type TrainingConfig } from '../../../core/sae/training/config.ts';
import { allocate, type Block } from './arena.ts';

/** Parameters p with their moments. */
export interface Parameter {
  readonly p: Block;
  readonly m: Block;
  readonly v: Block;
}

export interface Weights {
  readonly wEnc: Parameter; // [dSae, width]
  readonly wDec: Parameter; // [dSae, width]
  readonly bEnc: Parameter; // [dSae], filled up
  readonly bDec: Parameter; // [width]
  /** Natural logarithms of the thresholds; `jumprelu` uses them. */
  readonly logThreshold: Parameter; // [dSae], filled up
}

/** What a step works on. */
export interface Scratch {
  readonly input: Block; // [batch, width] less bDec
  readonly error: Block; // [batch, width] reconstruction less what it should be
  readonly residual: Block; // [batch, width] the same of the auxiliary reconstruction
  readonly pre: Block; // [batch, dSae]
  /** Of one feature where it is sparse, of all where it is dense. */
  readonly gradWEnc: Block; // [1 or dSae, width]
  readonly gradWDec: Block; // [1 or dSae, width]
  readonly gradBEnc: Block; // [dSae], filled up
  readonly gradLogThreshold: Block; // [dSae], filled up
  readonly gradBDec: Block; // [width]
  readonly sum: Block; // [width]
}

export interface Training {
  readonly config: TrainingConfig;
  readonly kernels: Kernels;
  /** Numbers of a row. */
  readonly width: number;
  readonly weights: Weights;
  readonly scratch: Scratch;
}

const ROW_NUMBERS = ROW_BYTES / 4;

export const PARAMETER_NAMES = ['wEnc', 'wDec', 'bEnc', 'bDec', 'logThreshold'] as const;

/** Takes the memory of a run. @throws ModelError `does-not-fit` */
export function takeMemory(config: TrainingConfig): Training {
  const { dSae, batch } = config;
  const width = filledUp(config.dIn);
  const features = filledUp(dSae);
  const lengths = { wEnc: dSae * width, wDec: dSae * width, bEnc: features, bDec: width, logThreshold: features };
  const gradRows = isSparse(config) ? 1 : dSae;
  const { kernels, blocks } = allocate({
    ...threefold(lengths),
    input: batch * width,
    error: batch * width,
    residual: isSparse(config) ? batch * width : 0,
    pre: isSparse(config) ? batch * dSae : 0,
    gradWEnc: gradRows * width,
    gradWDec: gradRows * width,
    gradBEnc: features,
    gradLogThreshold: features,
    gradBDec: width,
    sum: width,
  });
  const parameter = (name: keyof Weights): Parameter => ({
    p: blocks[`${name}.p`],
    m: blocks[`${name}.m`],
    v: blocks[`${name}.v`],
  });
  const weights = Object.fromEntries(PARAMETER_NAMES.map((name) => [name, parameter(name)]));
  return { config, kernels, width, weights: weights as unknown as Weights, scratch: blocks };
}

function threefold(lengths: Record<keyof Weights, number>): Record<`${keyof Weights}.${keyof Parameter}`, number> {
  const parts = Object.entries(lengths).flatMap(([name, length]) =>
    ['p', 'm', 'v'].map((part) => [`${name}.${part}`, length]),
  );
  return Object.fromEntries(parts) as Record<`${keyof Weights}.${keyof Parameter}`, number>;
}

/** The next multiple of what a kernel takes in one turn. */
function filledUp(length: number): number {
  return Math.ceil(length / ROW_NUMBERS) * ROW_NUMBERS;
}
