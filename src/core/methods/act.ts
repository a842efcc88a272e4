/**
 * ACT (arXiv 2406.00034), the method that G-ACT refines: at single attention heads the differences are clustered, and each
 * cluster's direction is added with the strength 1 - p that its own probe sets. The heads are those that tell both sides
 * apart best.
 */
import { kMeans } from '../clusters/kMeans.ts';
import { createRandom } from '../stats/random.ts';
import type { GateWeights } from '../steering/gate.ts';
import { fitGates } from './fitGates.ts';
import { strengthProbe } from './gates.ts';
import { meanRow } from './means.ts';
import { TAIL_POSITIONS } from './method.ts';
import type {
  Candidate,
  ContrastData,
  FitBench,
  FitOptions,
  FittedSteering,
  SteeringMethod,
  TailActivations,
} from './method.ts';

/** Heads that are steered, and directions of each (both from the paper, sections 3.2 and 4.1). */
const HEADS = 48;
const CLUSTERS = 3;

/** Multiples of the mean of a head's directions. */
const STRENGTHS = [1, 2, 3.5];

export const act: SteeringMethod = {
  id: 'act',
  title: 'ACT: clustered directions of attention heads, each dosed by a probe of its own',
  positions: TAIL_POSITIONS,
  fit,
};

async function fit(data: ContrastData, bench: FitBench, { seed }: FitOptions): Promise<FittedSteering> {
  let chosen: ReadonlyMap<number, readonly number[]> | undefined;
  const everywhere = Array.from({ length: bench.layers }, (_, layer) => layer);
  const candidates: Candidate[] = STRENGTHS.map((strength) => ({ layers: everywhere, strength, scope: bench.scope }));
  const fitted = await fitGates(
    data,
    bench,
    'z',
    (positive, negative, layer) => {
      chosen ??= bestHeads(positive, negative, bench.headWidth);
      const heads = chosen.get(layer);
      return heads && gateOfHeads(positive, negative, layer, heads, bench.headWidth, seed);
    },
    { candidates, unjudged: everywhere },
  );
  const heads = Object.fromEntries([...(chosen ?? [])]);
  return { ...fitted, figures: { ...fitted.figures, heads } };
}

/** The heads with the largest distance of the means for their spread (Fisher's ratio), by layer. */
function bestHeads(positive: TailActivations, negative: TailActivations, headWidth: number): Map<number, number[]> {
  const all = positive.means.flatMap((_, layer) => {
    const heads = negative.means[layer].length / negative.texts / headWidth;
    return Array.from({ length: heads }, (__, head) => ({
      layer,
      head,
      score: fisher(
        columns(positive.means[layer], positive.texts, head, headWidth),
        columns(negative.means[layer], negative.texts, head, headWidth),
        headWidth,
      ),
    }));
  });
  const best = all.sort((a, b) => b.score - a.score).slice(0, HEADS);
  const byLayer = new Map<number, number[]>();
  for (const { layer, head } of best)
    byLayer.set(
      layer,
      [...(byLayer.get(layer) ?? []), head].sort((a, b) => a - b),
    );
  return byLayer;
}

function fisher(a: Float32Array, b: Float32Array, width: number): number {
  const [meanA, meanB] = [meanRow(a, width), meanRow(b, width)];
  const between = meanA.reduce((sum, value, i) => sum + (value - meanB[i]) ** 2, 0);
  return between / (spread(a, meanA) + spread(b, meanB) + Number.MIN_VALUE);
}

/** The mean squared distance of the rows from their mean. */
function spread(rows: Float32Array, mean: Float32Array): number {
  const n = rows.length / mean.length;
  return rows.reduce((sum, value, at) => sum + (value - mean[at % mean.length]) ** 2, 0) / n;
}

/** What one head has of each row: [rows, headWidth]. */
function columns(values: Float32Array, rows: number, head: number, headWidth: number): Float32Array {
  const width = values.length / rows;
  const out = new Float32Array(rows * headWidth);
  for (let row = 0; row < rows; row++) {
    const from = row * width + head * headWidth;
    out.set(values.subarray(from, from + headWidth), row * headWidth);
  }
  return out;
}

/** One gate for all chosen heads of a layer: a direction of one head is zero in the columns of all others. */
function gateOfHeads(
  positive: TailActivations,
  negative: TailActivations,
  layer: number,
  heads: readonly number[],
  headWidth: number,
  seed: number,
): GateWeights {
  const width = negative.means[layer].length / negative.texts;
  const parts = heads.flatMap((head) => {
    const wanted = columns(positive.means[layer], positive.texts, head, headWidth);
    const own = columns(negative.means[layer], negative.texts, head, headWidth);
    return directionsOf(wanted, own, headWidth, seed).map((part) => ({ ...part, head }));
  });
  const rank = parts.length;
  const A = new Float32Array(width * rank);
  const V = new Float32Array(rank * width);
  parts.forEach(({ head, probe, direction }, column) => {
    for (let i = 0; i < headWidth; i++) A[(head * headWidth + i) * rank + column] = probe.A[i];
    V.set(direction, column * width + head * headWidth);
  });
  return { rank, A, c: Float32Array.from(parts, ({ probe }) => probe.c[0]), V };
}

/** The directions of one head, scaled so that all of them together are as long as their mean; each with its probe. */
function directionsOf(wanted: Float32Array, own: Float32Array, headWidth: number, seed: number) {
  const mean = meanRow(own, headWidth);
  const differences = wanted.map(
    (value, at) => value - (wanted.length === own.length ? own[at] : mean[at % headWidth]),
  );
  const n = differences.length / headWidth;
  const k = Math.min(CLUSTERS, n);
  const { centroids, assignment } = kMeans(differences, n, k, createRandom(seed));
  return Array.from({ length: k }, (_, c) => {
    const members = wanted.filter((__, at) => assignment[Math.floor(at / headWidth)] === c);
    const direction = centroids.subarray(c * headWidth, (c + 1) * headWidth).map((value) => value / k);
    return { direction, probe: strengthProbe(members.length > 0 ? members : wanted, own, headWidth) };
  });
}
