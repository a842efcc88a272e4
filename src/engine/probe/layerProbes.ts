/**
 * One probe of languages for each layer, so that a heat map can show where in the model a language can be read off. All are of
 * the kind and with the penalty that were chosen for the best layer; at that layer it is the very probe that reads lines.
 */
import type { LinearProbe } from '../../core/probes/linear.ts';
import { prepareFeatures } from '../../core/probes/features.ts';
import type { StoredTensor } from '../store/store.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import type { TokenSet } from './bodyTokens.ts';
import { fitProbe, type LineProbeSettings } from './chooseLineProbe.ts';

/** The names of the tensors, and the key of a probe that each stacks: [layers, ...]. */
const STACKED = {
  weights: 'layers.weights',
  bias: 'layers.bias',
  mean: 'layers.mean',
  scale: 'layers.scale',
} as const;

/** @param layers the tokens with the values of each layer */
export async function fitLayerProbes(
  layers: readonly TokenSet[],
  classes: number,
  settings: Omit<LineProbeSettings, 'layer'>,
  { signal, emit }: WorkContext,
): Promise<LinearProbe[]> {
  const probes: LinearProbe[] = [];
  for (const { X, y } of layers) {
    await letMessagesIn(signal);
    probes.push(fitProbe(prepareFeatures(X, y.length), y, classes, settings));
    emit({ kind: 'progress', phase: 'fitting layers', done: probes.length, total: layers.length, unit: 'layers' });
  }
  return probes;
}

/** What the store keeps of them; nothing where there are none. */
export function layerTensors(probes: readonly LinearProbe[]): [string, StoredTensor][] {
  const [first] = probes;
  if (first === undefined) return [];
  const { classes, mean } = first;
  const shapes = { weights: [classes, mean.length], bias: [classes], mean: [mean.length], scale: [mean.length] };
  return (['weights', 'bias', 'mean', 'scale'] as const).map((key) => {
    const width = first[key].length;
    const data = new Float32Array(probes.length * width);
    probes.forEach((probe, layer) => data.set(probe[key], layer * width));
    return [STACKED[key], { shape: [probes.length, ...shapes[key]], data }];
  });
}

/**
 * The probes of all layers; undefined where the artefact has none.
 * @param tensor gives a tensor of that many numbers, and throws where there is none
 */
export function layersFrom(
  tensors: ReadonlyMap<string, StoredTensor>,
  tensor: (key: string, length: number) => Float32Array,
  { layers, classes, d }: { readonly layers: number; readonly classes: number; readonly d: number },
): LinearProbe[] | undefined {
  if (!Object.values(STACKED).some((key) => tensors.has(key))) return undefined;
  const weights = tensor(STACKED.weights, layers * classes * d);
  const bias = tensor(STACKED.bias, layers * classes);
  const mean = tensor(STACKED.mean, layers * d);
  const scale = tensor(STACKED.scale, layers * d);
  return Array.from({ length: layers }, (_, layer) => ({
    classes,
    weights: weights.subarray(layer * classes * d, (layer + 1) * classes * d),
    bias: bias.subarray(layer * classes, (layer + 1) * classes),
    mean: mean.subarray(layer * d, (layer + 1) * d),
    scale: scale.subarray(layer * d, (layer + 1) * d),
  }));
}
