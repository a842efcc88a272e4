/** A training run of an autoencoder as lines over its steps: loss, explained variance, active and dead features. Pure. */
import type { TrainingFigures } from '../sae/training/figures.ts';
import { fixed, whole } from './format.ts';
import type { Table } from './table.ts';
import { fill, type Words } from './words.ts';

/** In the order in which they are shown. */
export const TRAINING_CURVES = ['loss', 'explained', 'l0', 'dead'] as const;
export type TrainingCurveId = (typeof TRAINING_CURVES)[number];

/** Lines over the same places. */
export interface Lines {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xs: readonly number[];
  readonly series: readonly {
    readonly name: string;
    /** At each of `xs`; null where it was not measured. */
    readonly values: readonly (number | null)[];
    /** The same as they are read. */
    readonly texts: readonly string[];
  }[];
  readonly summary: string;
  readonly table: Table;
}

export const TRAINING_CURVE_WORDS = {
  step: 'step',
  loss: 'loss',
  explained: 'explained variance',
  heldOut: 'held out',
  l0: 'L0',
  dead: 'dead features',
  summary: 'Lines over {0} steps.',
  ends: '{0}: {1} at step {2}, {3} at step {4}.',
} as const;

export type TrainingCurveWords = Words<typeof TRAINING_CURVE_WORDS>;

type Series = readonly [name: string, valueOf: (figures: TrainingFigures) => number | undefined];

/** One curve of a run, with what was measured on held-out activations beside it where there is that. */
export function trainingCurve(
  points: readonly TrainingFigures[],
  id: TrainingCurveId,
  words: TrainingCurveWords = TRAINING_CURVE_WORDS,
): Lines {
  const all = SERIES[id](words).map(([name, valueOf]) => {
    const values = points.map((figures) => valueOf(figures) ?? null);
    return { name, values, texts: values.map((value) => (value === null ? '' : TEXT_OF[id](value))) };
  });
  const series = all.filter(({ values }, i) => i === 0 || values.some((value) => value !== null));
  const xs = points.map(({ step }) => step);
  return {
    xTitle: words.step,
    yTitle: words[id],
    xs,
    series,
    summary: [fill(words.summary, whole(xs.at(-1) ?? 0)), ...series.map((one) => endsOf(one, xs, words))].join(' '),
    table: {
      caption: words[id],
      columns: [{ label: words.step, isNumber: true }, ...series.map(({ name }) => ({ label: name, isNumber: true }))],
      rows: xs.map((step, i) => [step, ...series.map(({ texts }) => texts[i] ?? '')]),
    },
  };
}

const SERIES: Readonly<Record<TrainingCurveId, (words: TrainingCurveWords) => readonly Series[]>> = {
  loss: ({ loss }) => [[loss, (figures) => figures.loss]],
  explained: ({ explained, heldOut }) => [
    [explained, (figures) => figures.explainedVariance],
    [heldOut, (figures) => figures.heldOut],
  ],
  l0: ({ l0 }) => [[l0, (figures) => figures.l0]],
  dead: ({ dead }) => [[dead, (figures) => figures.dead]],
};

const TEXT_OF: Readonly<Record<TrainingCurveId, (value: number) => string>> = {
  loss: (value) => value.toPrecision(4),
  explained: (value) => fixed(value, 3),
  l0: (value) => fixed(value, 1),
  dead: shareText,
};

/** `0.0123` as `1.2%`: a few in a hundred matter here. */
function shareText(share: number): string {
  return `${fixed(100 * share, 1)}%`;
}

function endsOf({ name, texts }: Lines['series'][number], xs: readonly number[], words: TrainingCurveWords): string {
  const first = texts.findIndex((text) => text !== '');
  const last = texts.findLastIndex((text) => text !== '');
  return first < 0 ? '' : fill(words.ends, name, texts[first] ?? '', xs[first] ?? 0, texts[last] ?? '', xs[last] ?? 0);
}

/** The newest figures in short: `loss 0.32 · explained variance 0.81 · L0 32.0 · dead features 3.1%`. */
export function figuresInShort(figures: TrainingFigures, words: TrainingCurveWords = TRAINING_CURVE_WORDS): string {
  return TRAINING_CURVES.flatMap((id) => {
    const [[name, valueOf] = []] = SERIES[id](words);
    const value = valueOf?.(figures);
    return name === undefined || value === undefined ? [] : [`${name} ${TEXT_OF[id](value)}`];
  }).join(' · ');
}
