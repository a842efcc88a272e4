/** A comparison as the engine gives it, small and with every case: for fake engines, hosts and pages. */
import type { CompareParams, CompareResult, CompareSide, ComparedText } from '../src/protocol/compareTypes.ts';
import type { CompareSettings, ComparisonCase } from '../src/protocol/panels/compare.ts';
import { CASE_VERSION } from '../src/protocol/panels/compareCase.ts';

const LAYERS = 4;

/** A text of tokens 1, 2, 3, ... that the runs part in from `apart` on. */
function sampleText(ids: readonly number[], apart: number, size: number): ComparedText {
  const far = (token: number): number => (token < apart ? 0 : size);
  return {
    ids,
    kl: ids.map((_, token) => far(token) * 0.5),
    logA: ids.map(() => -0.25),
    logB: ids.map((_, token) => -0.25 - far(token)),
    topA: ids.map((id) => [
      [id, 0.75],
      [id + 1, 0.125],
    ]),
    topB: ids.map((id) => [
      [id + 1, 0.5],
      [id, 0.25],
    ]),
    difference: Array.from({ length: LAYERS }, (_, layer) => ids.map((_id, token) => (layer < 2 ? 0 : far(token) / 4))),
    parts: size === 0 || apart >= ids.length ? null : { layer: 2, token: apart },
  };
}

/** @param size how far the runs part; 0 where nothing steers */
export function sampleComparison(
  { prompt, a, b, threshold }: Pick<CompareParams, 'prompt' | 'a' | 'b' | 'threshold'>,
  size = b.steer.reduce((sum, { strength }) => sum + Math.abs(strength), 0),
): CompareResult {
  const [first, second] =
    size === 0
      ? [
          [1, 2, 3, 4],
          [1, 2, 3, 4],
        ]
      : [
          [1, 2, 3, 4],
          [1, 2, 5, 6, 7],
        ];
  const side = (ids: readonly number[], steer: CompareParams['a']['steer'], name: string) => ({
    text: `${name} of ${prompt}`,
    ids,
    stop: 'length' as const,
    steer: steer.map(({ name: artefact, strength }) => ({
      name: artefact,
      strength,
      layers: [2, 3],
      dose: 0.25 * Math.abs(strength),
      scope: 'decide:3',
      acting: ids.map((_, token) => strength !== 0 && token < 3),
    })),
    gates: steer.flatMap(({ name: artefact, strength }) =>
      strength === 0
        ? []
        : [{ name: artefact, layer: 2, hook: 'z', strength: ids.map((_, token) => (token < 3 ? 0.875 : null)) }],
    ),
    decided: steer.some(({ strength }) => strength !== 0) ? 3 : 0,
  });
  return {
    model: 'smollm2-135m-instruct',
    precision: 'fast',
    layers: LAYERS,
    threshold,
    promptTokens: 5,
    a: side(first, a.steer, 'A'),
    b: side(second, b.steer, 'B'),
    divergence: size === 0 ? null : 2,
    texts: [sampleText(first, 1, size), sampleText(second, 1, size)],
    pieces: { 1: 'def', 2: 'Ġf', 3: '():', 4: 'Ċ', 5: '(int', 6: 'Ġx', 7: ')', 8: ';' },
  };
}

/** The same as a panel keeps it. */
export function sampleCase(settings: CompareSettings, a: CompareSide, b: CompareSide): ComparisonCase {
  const { prompt, maxTokens } = settings;
  const params: CompareParams = {
    prompt,
    options: {
      ...{ mode: 'auto', prefill: 'Code:', maxTokens, temperature: 0, topP: 1, topK: 0, repeatPenalty: 1.1 },
      ...{ stop: [], ignoreEos: false, seed: 0 },
    },
    ...{ a, b, threshold: 0.05, top: 2 },
  };
  const about = { version: CASE_VERSION, createdAt: '2026-11-24T17:05:00.000Z', software: '0.1.0' };
  return { ...about, settings, params, result: sampleComparison(params) };
}
