/**
 * Chooses where and how languages are read: fits on most of the fit tasks, compares on the others. Every layer is tried
 * with both kinds of probe, the penalty at the best layer only.
 */
import { centroidsOf } from '../../core/probes/centroids.ts';
import { prepareFeatures, type PreparedFeatures } from '../../core/probes/features.ts';
import { logits, softmax, type LinearProbe } from '../../core/probes/linear.ts';
import { fitPrepared } from '../../core/probes/logistic.ts';
import { best } from '../../core/probes/lineScores.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import type { TokenSet } from './bodyTokens.ts';

export interface LineProbeSettings {
  readonly layer: number;
  readonly kind: 'logistic' | 'centroids';
  /** Weight of the logistic probe's penalty. */
  readonly l2: number;
}

export interface LineProbeChoice extends LineProbeSettings {
  /** Where the other kind of probe does best. */
  readonly rival: LineProbeSettings;
  /** Accuracy on the tokens of the tasks that choose, of each layer and kind. */
  readonly byLayer: readonly { readonly layer: number; readonly logistic: number; readonly centroids: number }[];
}

/** Every fourth task chooses. */
const CHOOSING_EVERY = 4;
/** The penalty that layers are compared with, and those that are tried at the best one. */
const FIRST_L2 = 30;
const L2S = [3, 10, FIRST_L2, 100, 300];
/** A probe need not be converged further to say which class is ahead. */
const TOLERANCE = 1e-3;

/** Fits the kind of probe that the settings name. */
export function fitProbe(
  features: PreparedFeatures,
  y: Int32Array,
  classes: number,
  { kind, l2 }: Omit<LineProbeSettings, 'layer'>,
): LinearProbe {
  return kind === 'logistic'
    ? fitPrepared(features, y, { classes, l2, tolerance: TOLERANCE })
    : centroidsOf(features, y, classes);
}

/** @param layers the tokens with the values of each layer */
export async function chooseLineProbe(
  layers: readonly TokenSet[],
  classes: number,
  { signal, emit }: WorkContext,
): Promise<LineProbeChoice> {
  const byLayer: LineProbeChoice['byLayer'][number][] = [];
  for (const [layer, tokens] of layers.entries()) {
    await letMessagesIn(signal);
    const trial = new Trial(tokens, classes);
    const accuracy = (kind: LineProbeSettings['kind']) => trial.run({ kind, l2: FIRST_L2 }).accuracy;
    byLayer.push({ layer, logistic: accuracy('logistic'), centroids: accuracy('centroids') });
    emit({ kind: 'progress', phase: 'comparing layers', done: layer + 1, total: layers.length, unit: 'layers' });
  }
  const bestOf = (kind: LineProbeSettings['kind']) => byLayer.reduce((a, b) => (b[kind] > a[kind] ? b : a));
  const [logistic, centroids] = [bestOf('logistic'), bestOf('centroids')];
  const l2 = await choosePenalty(new Trial(layers[logistic.layer], classes), signal);
  const settings = {
    logistic: { layer: logistic.layer, kind: 'logistic', l2 },
    centroids: { layer: centroids.layer, kind: 'centroids', l2 },
  } as const;
  return logistic.logistic >= centroids.centroids
    ? { ...settings.logistic, rival: settings.centroids, byLayer }
    : { ...settings.centroids, rival: settings.logistic, byLayer };
}

/** The penalty whose probe is least surprised by the tasks that choose: how sure it is counts here, not only who is ahead. */
async function choosePenalty(trial: Trial, signal: AbortSignal): Promise<number> {
  let chosen = { l2: FIRST_L2, loss: Infinity };
  for (const l2 of L2S) {
    await letMessagesIn(signal);
    const { loss } = trial.run({ kind: 'logistic', l2 });
    if (loss < chosen.loss) chosen = { l2, loss };
  }
  return chosen.l2;
}

/** The tokens of one layer, divided by task. */
class Trial {
  private readonly features: PreparedFeatures;
  private readonly fitY: Int32Array;
  private readonly testX: Float32Array;
  private readonly testY: Int32Array;

  constructor(
    { X, y, tasks }: TokenSet,
    private readonly classes: number,
  ) {
    const choosers = new Set([...new Set(tasks)].filter((_, i) => i % CHOOSING_EVERY === 0));
    const d = X.length / y.length;
    const rowsOf = (chooses: boolean) => tasks.flatMap((task, row) => (choosers.has(task) === chooses ? [row] : []));
    const take = (rows: readonly number[]): Float32Array => {
      const out = new Float32Array(rows.length * d);
      rows.forEach((row, i) => out.set(X.subarray(row * d, (row + 1) * d), i * d));
      return out;
    };
    const [fit, test] = [rowsOf(false), rowsOf(true)];
    this.features = prepareFeatures(take(fit), fit.length);
    this.fitY = Int32Array.from(fit, (row) => y[row]);
    this.testX = take(test);
    this.testY = Int32Array.from(test, (row) => y[row]);
  }

  /** Accuracy and mean cross-entropy in nats on the tasks that choose. */
  run(settings: Omit<LineProbeSettings, 'layer'>): { accuracy: number; loss: number } {
    const { classes, testY } = this;
    const all = logits(fitProbe(this.features, this.fitY, classes, settings), this.testX);
    let [hits, loss] = [0, 0];
    testY.forEach((label, row) => {
      const values = all.subarray(row * classes, (row + 1) * classes);
      if (best(values) === label) hits++;
      softmax(values);
      loss -= Math.log(values[label]);
    });
    return { accuracy: hits / testY.length, loss: loss / testY.length };
  }
}
