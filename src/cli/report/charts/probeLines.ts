/**
 * Probe accuracy by layer: the line with its interval band, and the three lines it must beat, told apart by dashes and
 * by their names at the line's end. Draws; says nothing about what the accuracy proves.
 */
import { bestLayer as bestOf } from '../../../core/probes/study.ts';
import { SHARE_TICKS, linear } from '../../../core/charts/scale.ts';
import type { Scale } from '../../../core/charts/scale.ts';
import type { ProbeResult } from '../../../protocol/engineService.ts';
import { figure } from '../figure.ts';
import { percent, shareWithInterval } from '../../../core/charts/format.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { CHART_WIDTH, label, line, polygon, polyline, px } from '../svg.ts';
import { legend } from './legend.ts';
import type { LegendEntry } from './legend.ts';

const HEIGHT = 300;
const LEFT = 44;
const RIGHT = 12;
const TOP = 10;

/** A line is sampled in the key as it is drawn: `probe` and the rest are classes of the style sheet. */
const SERIES: readonly (LegendEntry & { readonly id: string })[] = [
  {
    id: 'probe',
    name: 'probe, with its 95% interval',
    sample: html`<rect x="0" y="3" width="28" height="10" class="band probe" /><line
        x1="0"
        y1="8"
        x2="28"
        y2="8"
        class="series probe"
      /><circle cx="14" cy="8" r="3.5" class="dot probe" />`,
  },
  { id: 'embedding', name: 'the same on the embedding', sample: stroke('embedding') },
  { id: 'shuffled', name: 'labels shuffled', sample: stroke('shuffled') },
  { id: 'majority', name: 'always the commonest language', sample: stroke('majority') },
];

export function probeLines(probe: ProbeResult): Html {
  const { layers, embedding } = probe;
  const bottom = HEIGHT - 40;
  const last = Math.max(1, ...layers.map(({ layer }) => layer));
  const x = linear([0, last], [LEFT + 12, CHART_WIDTH - RIGHT]);
  const y = linear([0, 1], [bottom, TOP]);
  const best = bestLayer(probe);
  const at = (value: (layer: ProbeResult['layers'][number]) => number): [number, number][] =>
    layers.map((layer) => [x(layer.layer), y(value(layer))]);
  return figure({
    id: 'probe-layers',
    title: 'Probe accuracy by layer',
    description: `A line over ${layers.length} layers. The best layer is ${best.layer} with ${shareWithInterval(best.accuracy)}; the embedding has ${percent(embedding.accuracy[0])}, the commonest class ${percent(best.majority)}, shuffled labels ${percent(best.shuffled)} at that layer.`,
    legend: legend(SERIES),
    drawing: {
      size: [CHART_WIDTH, HEIGHT],
      body: html`${axes(
          x,
          y,
          layers.map(({ layer }) => layer),
          bottom,
        )}
        ${polygon([...at(({ accuracy }) => accuracy[2]), ...at(({ accuracy }) => accuracy[1]).reverse()], 'band probe')}
        ${line([LEFT, y(embedding.accuracy[0])], [CHART_WIDTH - RIGHT, y(embedding.accuracy[0])], 'series embedding')}
        ${polyline(
          at(({ majority }) => majority),
          'series majority',
        )}${polyline(
          at(({ shuffled }) => shuffled),
          'series shuffled',
        )}
        ${polyline(
          at(({ accuracy }) => accuracy[0]),
          'series probe',
        )}
        ${at(({ accuracy }) => accuracy[0]).map(([cx, cy]) => html`<circle cx="${px(cx)}" cy="${px(cy)}" r="3" class="dot probe" />`)}
        <circle cx="${px(x(best.layer))}" cy="${px(y(best.accuracy[0]))}" r="7" class="ring" />`,
    },
    note: html`${probe.n} held-out samples of ${probe.labels.length} languages; ${probe.position}. The ring marks the
    best layer (the lowest of equals), picked after the fact: its figure flatters a little.`,
    table: {
      caption: 'Probe accuracy by layer, with 95% intervals in %',
      columns: [
        { label: 'Layer', isNumber: true },
        { label: 'Accuracy', isNumber: true },
        { label: 'Gain over the embedding, points', isNumber: true },
        { label: 'Labels shuffled', isNumber: true },
        { label: 'Commonest language', isNumber: true },
      ],
      rows: [{ ...embedding, layer: 'embedding' }, ...layers].map(({ layer, accuracy, majority, shuffled }) => [
        layer,
        shareWithInterval(accuracy),
        layer === 'embedding' ? 'none: it is the baseline' : points(accuracy[0] - embedding.accuracy[0]),
        percent(shuffled),
        percent(majority),
      ]),
    },
  });
}

/** The layer of the highest accuracy; of equals the lowest; the embedding where there is no layer. */
export function bestLayer({ layers, embedding }: ProbeResult): ProbeResult['embedding'] {
  return bestOf(layers) ?? embedding;
}

/** `+47`, `−3`: a difference of two shares in percentage points. */
export function points(difference: number): string {
  const rounded = Math.round(difference * 100);
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`;
}

function stroke(className: string): Html {
  return line([0, 8], [28, 8], `series ${className}`);
}

function axes(x: Scale, y: Scale, layers: readonly number[], bottom: number): Html {
  const step = layers.length > 16 ? 5 : 2;
  return html`${SHARE_TICKS.map(
    (share) =>
      html`${line([LEFT, y(share)], [CHART_WIDTH - RIGHT, y(share)], share === 0 ? 'axis' : 'grid')}${label(
        LEFT - 8,
        y(share) + 4,
        `${share * 100}%`,
        'tick',
        'end',
      )}`,
  )}
  ${layers
    .filter((layer) => layer % step === 0)
    .map((layer) => label(x(layer), bottom + 18, String(layer), 'tick', 'middle'))}
  ${label((LEFT + CHART_WIDTH - RIGHT) / 2, bottom + 36, 'layer (its output, hook_resid_post)', 'tick', 'middle')}`;
}
