/** Models of any shape with random weights, as GGUF files: they say nothing, and cost what a model of that shape costs. */
import fs from 'node:fs';
import path from 'node:path';
import { GGML_TYPES, ggufPieces } from '../../src/core/format/gguf/index.ts';
import { randomWeights, tinyParts } from '../tinyModel.ts';

export interface Shape {
  readonly name: string;
  readonly layers: number;
  readonly dModel: number;
  readonly dMlp: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
}

/** Blocks that are random; a matrix repeats them, which no kernel notices. */
const TILE_BLOCKS = 2 ** 14;

/** Writes the model piece by piece, its matrices in Q4_0; returns its path. */
export function writeRandomModel(folder: string, { name, ...shape }: Shape): string {
  const file = path.join(folder, `${name}.gguf`);
  const { metadata, tensors } = tinyParts({ ...shape, type: 'Q4_0', context: 4096, weights: repeated });
  const out = fs.openSync(file, 'w');
  try {
    for (const piece of ggufPieces(metadata, tensors)) fs.writeSync(out, piece);
  } finally {
    fs.closeSync(out);
  }
  return file;
}

/** Parameters of the blocks and of the head, which every token is multiplied by. */
export function multipliedParameters({ layers, dModel, dMlp, heads, kvHeads, vocab }: Shape): number {
  const attention = 2 * dModel * dModel * (1 + kvHeads / heads);
  return layers * (attention + 3 * dModel * dMlp) + vocab * dModel;
}

/** Tiles by their type and deviation: all matrices of one kind share one. */
const tiles = new Map<string, Uint8Array>();

const repeated: typeof randomWeights = (type, count, deviation, random) => {
  const { blockSize, blockBytes } = GGML_TYPES[type];
  const key = `${type} ${deviation}`;
  const tile = tiles.get(key) ?? randomWeights(type, TILE_BLOCKS * blockSize, deviation, random);
  tiles.set(key, tile);
  return Buffer.alloc((count / blockSize) * blockBytes, tile);
};
