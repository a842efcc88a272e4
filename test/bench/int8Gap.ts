/**
 * How far answers in int8 precision are from exact ones, on code: prompts from this project's own sources, each read by the
 * model itself, then the file's own text token by token (teacher-forced), and greedy texts.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { klOfLogs, logSoftmax } from '../../src/core/stats/distributions.ts';
import { firstDivergence } from '../../src/core/compare/divergence.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { argmax, maxAbs } from '../golden/measures.ts';
import { decode } from '../golden/model.ts';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));
export const GAP_PROMPT = 200;
export const GAP_NEW = 32;

export interface Int8Gap {
  readonly positions: number;
  /** Share of the positions at which the first token is the same. */
  readonly top1: number;
  /** Of the next-token distributions, in nats. */
  readonly meanKl: number;
  readonly worstKl: number;
  /** Of a single logit. */
  readonly worstLogit: number;
  readonly texts: number;
  /** Greedy texts that are the same to the last token. */
  readonly sameTexts: number;
}

/** Measures at `places` places of the sources, spread evenly over the files that are long enough. */
export async function measureInt8Gap(int8: LoadedModel, exact: LoadedModel, places: number): Promise<Int8Gap> {
  let [same, positions, sumKl, worstKl, worstLogit, sameTexts] = [0, 0, 0, 0, 0, 0];
  for (const ids of codePieces(int8, places)) {
    const [ours, theirs] = [await forced(int8, ids), await forced(exact, ids)];
    for (const [i, logits] of ours.entries()) {
      const kl = klOfLogs(logSoftmax(theirs[i]), logSoftmax(logits));
      sumKl += kl;
      worstKl = Math.max(worstKl, kl);
      worstLogit = Math.max(worstLogit, maxAbs(logits, theirs[i]));
      if (argmax(logits) === argmax(theirs[i])) same++;
      positions++;
    }
    const rows = [{ ids: ids.slice(0, GAP_PROMPT) }];
    const [[text], [reference]] = [await decode(int8, rows, GAP_NEW), await decode(exact, rows, GAP_NEW)];
    if (firstDivergence(text, reference) === null) sameTexts++;
  }
  return {
    positions,
    top1: same / positions,
    meanKl: sumKl / positions,
    worstKl,
    worstLogit,
    texts: places,
    sameTexts,
  };
}

/** Logits after each of the last tokens of a text, each run by itself. */
async function forced({ main }: LoadedModel, ids: readonly number[]): Promise<Float32Array[]> {
  main.reserve(1, ids.length);
  await main.prefill(0, { ids: ids.slice(0, GAP_PROMPT) });
  const all: Float32Array[] = [];
  for (let position = GAP_PROMPT; position < ids.length; position++) {
    const [{ values }] = await main.step([{ id: ids[position], position }]);
    all.push(values.slice());
  }
  return all;
}

/** From the middle of files, `GAP_PROMPT` tokens and `GAP_NEW` more. */
function codePieces({ tokenizer }: LoadedModel, places: number): number[][] {
  const length = GAP_PROMPT + GAP_NEW;
  const pieces = fs
    .readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => tokenizer.encode(fs.readFileSync(path.join(SOURCES, file), 'utf8')))
    .filter((ids) => ids.length >= 2 * length)
    .map((ids) => ids.slice((ids.length - length) >> 1).slice(0, length));
  return Array.from({ length: places }, (_, i) => pieces[Math.floor((i * pieces.length) / places)]);
}
