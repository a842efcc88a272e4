/**
 * Probe accuracy over layers: the probe with what makes its figures believable, each a line of its own. Embedding, shuffled
 * labels and the commonest class are what must be beaten; class means and another place are what it is held against. Pure.
 */
import { bestLayer, type ProbeLayer, type ProbeStudy } from '../probes/study.ts';
import type { Interval } from '../stats/wilson.ts';
import { percent, shareWithInterval } from './format.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** What the label of a token is: the language of the code so far, or the one that a prompt asks for. */
export type ProbeLabel = 'written' | 'asked';

/** In the order in which they are drawn and listed. */
export const PROBE_SERIES = ['probe', 'elsewhere', 'centroids', 'embedding', 'shuffled', 'majority'] as const;
export type ProbeSeriesId = (typeof PROBE_SERIES)[number];

export interface ProbePoint {
  readonly layer: number;
  readonly share: number;
  /** 95% Wilson; absent for controls, which are there to be compared with. */
  readonly interval?: Interval;
}

export interface ProbeSeries {
  readonly id: ProbeSeriesId;
  readonly name: string;
  /** By layer, ascending. */
  readonly points: readonly ProbePoint[];
}

export interface ProbeLayers {
  readonly series: readonly ProbeSeries[];
  readonly summary: string;
  readonly table: Table;
}

export const PROBE_LAYERS_WORDS = {
  probe: 'logistic probe, {0}',
  elsewhere: 'logistic probe, {0}',
  centroids: 'nearest class mean, {0}',
  embedding: 'embedding',
  shuffled: 'labels shuffled',
  majority: 'commonest language',
  summary: 'Lines over {0} layers. The probe at {1} is best at layer {2}: {3}.',
  controls: 'There, {0}.',
  caption: 'Probe accuracy by layer, with 95% intervals in %',
  layer: 'Layer',
} as const;

/** @throws never; without a result there are no lines */
export function probeLayers(
  { hooks, results }: Pick<ProbeStudy, 'hooks' | 'results'>,
  label: ProbeLabel,
  words: Words<typeof PROBE_LAYERS_WORDS> = PROBE_LAYERS_WORDS,
): ProbeLayers {
  const [main, other] = results.map((result) => (label === 'written' ? result.layers : result.askedFor));
  const layers = main ?? [];
  const embedding = label === 'written' ? results[0]?.embedding : results[0]?.askedForEmbedding;
  const points: Readonly<Record<ProbeSeriesId, readonly ProbePoint[]>> = {
    probe: layers.map(({ layer, accuracy }) => pointOf(layer, accuracy)),
    elsewhere: (other ?? []).map(({ layer, accuracy }) => pointOf(layer, accuracy)),
    centroids: layers.flatMap(({ layer, centroids }) => (centroids ? [pointOf(layer, centroids)] : [])),
    embedding: embedding ? layers.map(({ layer }) => pointOf(layer, embedding.accuracy)) : [],
    shuffled: layers.map(({ layer, shuffled: share }) => ({ layer, share })),
    majority: layers.map(({ layer, majority: share }) => ({ layer, share })),
  };
  const hook = { probe: hooks[0], centroids: hooks[0], elsewhere: hooks[1] } as const;
  const series = PROBE_SERIES.filter((id) => points[id].length > 0).map((id) => {
    const place = id in hook ? (hook[id as keyof typeof hook] ?? '') : '';
    return { id, name: fill(words[id], place), points: points[id] };
  });
  return { series, summary: summaryOf(series, layers, hooks[0] ?? '', words), table: tableOf(series, layers, words) };
}

function pointOf(layer: number, interval: Interval): ProbePoint {
  return { layer, share: interval[0], interval };
}

function summaryOf(
  series: readonly ProbeSeries[],
  layers: readonly ProbeLayer[],
  hook: string,
  words: Words<typeof PROBE_LAYERS_WORDS>,
): string {
  const best = bestLayer(layers);
  if (best === undefined) return '';
  const [, ...others] = series;
  const there = others.flatMap(({ name, points }) => {
    const point = points.find(({ layer }) => layer === best.layer);
    return point === undefined ? [] : [`${name} ${percent(point.share)}`];
  });
  const said = fill(words.summary, layers.length, hook, best.layer, shareWithInterval(best.accuracy));
  return `${said} ${fill(words.controls, there.join(', '))}`;
}

function tableOf(
  series: readonly ProbeSeries[],
  layers: readonly ProbeLayer[],
  words: Words<typeof PROBE_LAYERS_WORDS>,
): Table {
  return {
    caption: words.caption,
    columns: [{ label: words.layer, isNumber: true }, ...series.map(({ name }) => ({ label: name, isNumber: true }))],
    rows: layers.map(({ layer }) => [
      layer,
      ...series.map(({ points }) => {
        const point = points.find((one) => one.layer === layer);
        if (point === undefined) return '';
        return point.interval ? shareWithInterval(point.interval) : percent(point.share);
      }),
    ]),
  };
}
