/** Whether data from outside is a reading of layers: every number finite, every list as long as the others say. */
import * as v from 'valibot';
import { LANGUAGE_IDS } from '../language/languages.ts';
import type { LayersReading } from './reading.ts';

const MAX_CELLS = 4_000_000;

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const numbers = v.array(v.nullable(finite));

const shape = v.object({
  ids: v.pipe(v.array(index), v.minLength(1)),
  first: index,
  layers: v.pipe(index, v.minValue(1)),
  pieces: v.record(v.string(), v.string()),
  measures: v.object({
    norm: numbers,
    change: numbers,
    entropy: numbers,
    divergence: numbers,
    confidence: numbers,
    cosine: v.exactOptional(numbers),
  }),
  probe: v.exactOptional(
    v.object({
      artefact: v.string(),
      createdAt: v.pipe(v.string(), v.isoTimestamp()),
      positions: v.string(),
      layer: index,
      scores: v.pipe(v.array(v.object({ language: v.picklist(LANGUAGE_IDS), values: numbers })), v.minLength(1)),
    }),
  ),
  top: v.array(v.array(v.tuple([index, finite]))),
  massive: v.array(v.object({ layer: index, position: index, dimension: index, value: finite, ratio: finite })),
});

/** The reading; undefined where it is none. */
export function readLayersReading(data: unknown): LayersReading | undefined {
  const read = v.safeParse(shape, data);
  if (!read.success) return undefined;
  const { ids, first, layers, measures, probe, top, massive } = read.output;
  const scores = probe?.scores.map(({ values }) => values) ?? [];
  const cells = (ids.length - first) * layers;
  const isWhole =
    cells > 0 &&
    cells <= MAX_CELLS &&
    [...Object.values(measures), ...scores, top].every(({ length }) => length === cells) &&
    massive.length <= cells &&
    massive.every(({ layer, position }) => layer < layers && position >= first && position < ids.length);
  return isWhole ? read.output : undefined;
}
