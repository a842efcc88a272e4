/** Studies of probes and a reading of a file, shaped like those of the default model, for pages to draw. */
import type { ProbeLayer, ProbeResult, ProbeStudy } from '../../../src/core/probes/study.ts';
import { wilson } from '../../../src/core/stats/wilson.ts';
import type { FileReading } from '../../../src/protocol/panels/probes.ts';

const LAYERS = 30;
/** Tokens of each language. */
const EACH = 30;

/** A layer at which so many tokens of each language are told right; the others are taken for the next language. */
function layerOf(layer: number, right: readonly number[], means: number, shuffled: number): ProbeLayer {
  const classes = right.length;
  const n = EACH * classes;
  const hits = right.reduce((sum, count) => sum + count, 0);
  return {
    layer,
    accuracy: wilson(hits, n),
    majority: 1 / classes,
    shuffled,
    centroids: wilson(means * classes, n),
    confusion: right.map((count, i) =>
      right.map((_, j) => (i === j ? count : j === (i + 1) % classes ? EACH - count : 0)),
    ),
  };
}

/** Accuracy rises over the layers and is best in layer 24, as in the default model. */
function rising(labels: readonly string[], least: number): ProbeLayer[] {
  return Array.from({ length: LAYERS }, (_, layer) => {
    const height = layer === 24 ? 29 : Math.min(28, least + Math.floor((layer * (28 - least)) / 20) - (layer % 3));
    const wave = 1 / labels.length + 0.04 * Math.sin(layer);
    return layerOf(
      layer,
      labels.map((_label, i) => Math.max(0, height - (i % 2))),
      Math.max(0, height - 3),
      wave,
    );
  });
}

function resultOf(labels: readonly string[], least: number): ProbeResult {
  const flat = labels.map(() => EACH / labels.length);
  return {
    labels,
    n: EACH * labels.length,
    layers: rising(labels, least),
    embedding: layerOf(
      -1,
      labels.map(() => 13),
      14,
      1 / labels.length,
    ),
    askedFor: rising(labels, 26),
    askedForEmbedding: layerOf(-1, flat, EACH / labels.length, 1 / labels.length),
    position: 'token 32 of the code, fence and tag out of sight',
  };
}

const STUDY: ProbeStudy = {
  ...{ version: 1, startedAt: '2026-11-27T09:30:00.000Z', elapsedMs: 154_000, end: 'complete', software: '0.1.0' },
  model: { name: 'smollm2-135m-instruct', precision: 'fast', fingerprint: 'f'.repeat(64) },
  languages: ['cpp', 'python'],
  hooks: ['resid_post', 'resid_mid'],
  seed: 0,
  results: [resultOf(['cpp', 'python'], 20), resultOf(['cpp', 'python'], 18)],
};

const SIX = ['python', 'cpp', 'java', 'rust', 'javascript', 'go'] as const;

/** By the key under which a snapshot names them. */
export const STUDIES: Readonly<Record<number, ProbeStudy>> = {
  1: STUDY,
  2: { ...STUDY, languages: SIX, hooks: ['resid_post'], results: [resultOf(SIX, 10)] },
  3: { ...STUDY, end: 'cancelled', results: STUDY.results.slice(0, 1) },
  5: { ...STUDY, end: 'cancelled', results: STUDY.results.slice(0, 1) },
  4: { ...STUDY, end: 'failed', results: STUDY.results.slice(0, 1) },
};

const CODE =
  'def mean ( values ) : return sum ( values ) / len ( values ) #include <vector> int main () { return 0 ; }';

/** @param repeats how often the code is in the file */
function readingOf(key: number, repeats: number): FileReading {
  const pieces = Array.from({ length: repeats }, () => CODE.split(' ')).flat();
  return {
    key,
    languages: SIX,
    tokens: pieces.map((text, i) => {
      const lean = 1 / (1 + Math.exp(((i % 29) - 17) * 0.8));
      const rest = (1 - 0.9) / 4;
      return {
        text: ` ${text}`,
        line: Math.floor(i / 8),
        scores: [0.9 * lean, 0.9 * (1 - lean), rest, rest, rest, rest],
      };
    }),
    firstLine: repeats > 10 ? 40 : 0,
    probe: { name: 'languages', layer: 29, notes: [] },
    model: { name: 'smollm2-135m-instruct', precision: 'fast' },
    readAt: '2026-11-27T10:00:00.000Z',
  };
}

export const READINGS: Readonly<Record<number, FileReading>> = {
  1: readingOf(1, 2),
  2: readingOf(2, 40),
  3: { ...readingOf(3, 1), tokens: [] },
};
