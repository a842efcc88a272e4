/** The part of fitting that all gated methods share: activations in, gates of each layer, and the choice among candidates. */
import type { GateHook, GateWeights } from '../steering/gate.ts';
import { longestDirection } from '../steering/gate.ts';
import type { ContrastData, FitBench, FittedSteering, TailActivations } from './method.ts';
import { mostSeparatingLayer } from './separation.ts';
import { chooseCandidate, gateCandidatesFor, type Choice } from './tuning.ts';

/** @param gateOf the gate of one layer; undefined where the method has none there */
export async function fitGates(
  data: ContrastData,
  bench: FitBench,
  hook: GateHook,
  gateOf: (positive: TailActivations, negative: TailActivations, layer: number) => GateWeights | undefined,
  candidates = gateCandidatesFor(bench),
): Promise<FittedSteering> {
  const positive = await bench.activations(data.positive, hook);
  const negative = await bench.activations(data.negative, hook);
  const { medianNorms } = negative;
  const judged = bench.tasks > 0;
  const separation = judged ? null : mostSeparatingLayer(positive, negative);
  const layers = separation ? [separation.layer] : [...new Set(candidates.flatMap((candidate) => candidate.layers))];
  const gates = new Map<number, GateWeights>();
  for (const layer of layers) {
    const gate = gateOf(positive, negative, layer);
    if (gate) gates.set(layer, gate);
  }
  const intervention = { kind: 'gates', hook, gates } as const;
  const choice: Choice = separation
    ? {
        best: { layers, strength: 1, scope: bench.scope },
        figures: { chosenBy: 'separation of held-out texts', separations: separation.separations },
      }
    : await chooseCandidate(intervention, bench, candidates);
  const dosePerStrength = Object.fromEntries(
    [...gates].map(([layer, gate]) => [layer, longestDirection(gate) / medianNorms[layer]]),
  );
  return { ...choice.best, intervention, medianNorms, figures: { ...choice.figures, dosePerStrength } };
}
