/** The part of fitting that all gated methods share: activations in, gates of each layer, and the choice among candidates. */
import type { GateHook, GateWeights } from '../steering/gate.ts';
import { longestDirection } from '../steering/gate.ts';
import type { Candidate, ContrastData, FitBench, FittedSteering, TailActivations } from './method.ts';
import { mostSeparatingLayer } from './separation.ts';
import { chooseCandidate, gateCandidatesFor, type Choice } from './tuning.ts';

/** Where the gates of a method may act. */
interface Places {
  readonly candidates: readonly Candidate[];
  /** The layers where there is no judge, at strength 1; absent for the one that separates texts best. */
  readonly unjudged?: readonly number[];
}

/** @param gateOf the gate of one layer; undefined where the method has none there */
export async function fitGates(
  data: ContrastData,
  bench: FitBench,
  hook: GateHook,
  gateOf: (positive: TailActivations, negative: TailActivations, layer: number) => GateWeights | undefined,
  { candidates, unjudged }: Places = { candidates: gateCandidatesFor(bench) },
): Promise<FittedSteering> {
  const positive = await bench.activations(data.positive, hook);
  const negative = await bench.activations(data.negative, hook);
  const { medianNorms } = negative;
  const untried = bench.tasks > 0 ? null : chooseUntried(positive, negative, bench, unjudged);
  const layers = untried ? untried.best.layers : [...new Set(candidates.flatMap((candidate) => candidate.layers))];
  const gates = new Map<number, GateWeights>();
  for (const layer of layers) {
    const gate = gateOf(positive, negative, layer);
    if (gate) gates.set(layer, gate);
  }
  const intervention = { kind: 'gates', hook, gates } as const;
  const { best, figures } = untried ?? (await chooseCandidate(intervention, bench, candidates));
  const dosePerStrength = Object.fromEntries(
    [...gates].map(([layer, gate]) => [layer, longestDirection(gate) / medianNorms[layer]]),
  );
  return {
    ...best,
    layers: best.layers.filter((layer) => gates.has(layer)),
    intervention,
    medianNorms,
    figures: { ...figures, dosePerStrength },
  };
}

/** The choice where nothing can judge a steered answer. */
function chooseUntried(
  positive: TailActivations,
  negative: TailActivations,
  { scope }: FitBench,
  layers: readonly number[] | undefined,
): Choice {
  if (layers) return { best: { layers, strength: 1, scope }, figures: { chosenBy: 'the method itself, untried' } };
  const { layer, separations } = mostSeparatingLayer(positive, negative);
  const figures = { chosenBy: 'separation of held-out texts', separations };
  return { best: { layers: [layer], strength: 1, scope }, figures };
}
