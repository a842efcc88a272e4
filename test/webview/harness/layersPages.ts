/** The panel of layers as its tests open it: a host that shows what the test says, over figures that are made by rule. */
import { LAYERS_WORDS as CHARTS, headGrid, headsGrid, layersGrid } from '../../../src/core/charts/layersGrid.ts';
import type { LayersPicture } from '../../../src/core/charts/layersGrid.ts';
import type { LayersReading as Reading } from '../../../src/core/lens/reading.ts';
import {
  layersSchemas,
  type LayersCell,
  type LayersPanel,
  type LayersSnapshot,
  type TokenFeatures,
} from '../../../src/protocol/panels/layers.ts';
import { LAYERS_WORDS, type LayersWords } from '../../../src/protocol/panels/layersWords.ts';
import { usePanelPages } from './panelPages.ts';
import { FakePanelHost } from './fakePanel.ts';

/** A reading of so many tokens and layers: every figure says its place. */
export function sampleReading(tokens = 24, layers = 30, pieces = ['import', 'Ġnumpy', 'Ċ', 'Ġ=', '("']): Reading {
  const cells = Array.from({ length: tokens * layers }, (_, at) => at);
  const of = (value: (position: number, layer: number) => number): number[] =>
    cells.map((at) => value(Math.floor(at / layers), at % layers));
  return {
    ids: Array.from({ length: tokens }, (_, position) => position % pieces.length),
    first: 0,
    layers,
    pieces: Object.fromEntries(pieces.map((piece, id) => [String(id), piece])),
    measures: {
      norm: of((position, layer) => 10 + position + 20 * layer + (position === 0 && layer > 10 ? 20_000 : 0)),
      change: of((position, layer) => ((position * 7 + layer) % 10) / 10),
      entropy: of((position, layer) => ((position + layer) % 30) / 5),
      divergence: of((position, layer) => (layers - 1 - layer) / 2 + (position % 3)),
      confidence: of((position, layer) => ((position * 3 + layer * 5) % 100) / 100),
      cosine: cells.map((at) => (at % layers < 12 ? null : ((at % 19) - 9) / 10)),
    },
    probe: {
      artefact: 'languages',
      createdAt: '2026-11-27T09:30:00.000Z',
      positions: 'tokens of code that the model wrote: not white space, not the first of the text',
      layer: layers - 1,
      scores: (['python', 'cpp'] as const).map((language, i) => ({
        language,
        // White space has none.
        values: cells.map((at) => {
          const position = Math.floor(at / layers);
          const cpp = ((position * 3 + (at % layers)) % 21) / 20;
          return position === 0 || position % pieces.length === 2 ? null : i === 0 ? 1 - cpp : cpp;
        }),
      })),
    },
    top: cells.map((at) => [0, 1, 2].map((i) => [(at + i) % pieces.length, 0.9 / (i + 1) ** 2] as const)),
    massive: [11, 12]
      .filter((layer) => layer < layers)
      .map((layer) => ({ layer, position: 0, dimension: 507, value: 24_837, ratio: 504 })),
  };
}

const READY: LayersSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  directions: [{ name: 'cpp', label: 'C++ · cpp' }],
  settings: { measure: 'lens', language: 'cpp', direction: null, tokens: 128, steered: false, follows: false },
  isStale: false,
  hasCompletion: true,
};

const READING: NonNullable<LayersSnapshot['reading']> = {
  id: 'one',
  source: 'main.py, lines 1 to 12',
  tokens: 24,
  read: 24,
  layers: 30,
  heads: 9,
  hasCosine: true,
  probe: {
    artefact: 'languages',
    createdAt: '2026-11-27T09:30:00.000Z',
    positions: 'tokens of code that the model wrote: not white space, not the first of the text',
    layer: 29,
    languages: ['python', 'cpp'],
  },
  massive: 2,
  model: 'smollm2-135m-instruct',
  precision: 'fast',
  steering: '',
  at: '2026-11-28T10:00:00.000Z',
  isLive: true,
  isWriting: false,
};

function withoutProbe({ probe: _, ...reading }: typeof READING): typeof READING {
  return reading;
}

export const LAYERS_STATES = {
  'no model': { ...READY, model: { state: 'missing', name: '', precision: 'fast' }, hasCompletion: false },
  empty: READY,
  reading: { ...READY, work: { phase: 'reading layers', done: 32, total: 128, leftMs: 3000 } },
  failed: { ...READY, problem: 'The text has 9000 tokens, and this model’s context holds 8192. Shorten the text.' },
  lens: { ...READY, reading: READING },
  norm: { ...READY, settings: { ...READY.settings, measure: 'norm' }, reading: READING },
  cosine: {
    ...READY,
    settings: { ...READY.settings, measure: 'cosine', direction: 'cpp', steered: true, follows: true },
    reading: { ...READING, steering: 'cpp × 1' },
  },
  probe: { ...READY, settings: { ...READY.settings, measure: 'probe' }, reading: READING },
  'no probes': {
    ...READY,
    settings: { ...READY.settings, measure: 'probe' },
    reading: withoutProbe(READING),
  },
  stale: { ...READY, isStale: true, reading: READING },
  writing: { ...READY, reading: { ...READING, tokens: 7, isLive: false, isWriting: true } },
  'from a file': { ...READY, reading: { ...READING, isLive: false } },
} as const satisfies Readonly<Record<string, LayersSnapshot>>;

export function sampleTokenFeatures(): readonly TokenFeatures[] {
  const features = [
    { index: 12, activation: 8.5, label: 'on "import", Python' },
    { index: 7, activation: 1.25, label: '' },
  ];
  return [{ name: 'code-16', layer: 16, hook: 'blocks.16.hook_resid_post', active: 31, features }];
}

export class FakeLayers extends FakePanelHost<LayersWords, LayersSnapshot> implements LayersPanel {
  constructor(
    snapshot: LayersSnapshot,
    table: LayersWords = LAYERS_WORDS,
    readonly figures: Reading = sampleReading(),
  ) {
    super(snapshot, table);
  }

  grid(params: LayersPicture & { readonly id: string }) {
    this.asked.push(['grid', params]);
    return Promise.resolve(
      layersGrid(this.figures, params, this.table.charts, this.snapshot.reading?.isWriting === true),
    );
  }

  cell(params: { readonly id: string; readonly row: number; readonly layer: number }): Promise<LayersCell> {
    this.asked.push(['cell', params]);
    const { row, layer } = params;
    const { ids, pieces } = this.figures;
    const isLive = this.snapshot.reading?.isLive === true;
    const attention = Array.from({ length: 9 }, () => Array.from({ length: row + 1 }, () => 1 / (row + 1)));
    const cell = { layer, position: row, pieces, attention, neurons: [] };
    return Promise.resolve({
      layer,
      position: row,
      token: `${row} ${pieces[String(ids[row] ?? 0)] ?? ''}`,
      next: [
        ['numpy', 0.75],
        ['␣np', 0.2],
      ],
      figures: { lens: 0.75, divergence: 1.5, entropy: 0.5, norm: 120, change: 0.25 },
      languages: this.figures.probe
        ? [
            ['Python', 0.25],
            ['C++', 0.75],
          ]
        : [],
      ...(isLive ? { attention: headsGrid(cell, ids, CHARTS) } : {}),
      neurons: isLive
        ? [
            {
              neuron: 763,
              activation: 6.78,
              contribution: 33.9,
              promoted: [["'])", 25.5]],
              suppressed: [['forgettable', -16.6]],
            },
          ]
        : [],
    });
  }

  head(params: { readonly id: string; readonly layer: number; readonly head: number }) {
    this.asked.push(['head', params]);
    const { ids, pieces } = this.figures;
    const pattern = ids.flatMap((_, query) => ids.map((__, key) => (key > query ? 0 : 1 / (query + 1))));
    return Promise.resolve(headGrid({ ids, pieces, pattern }, params, this.table.charts));
  }

  /** What is told of features; none where there is no autoencoder. */
  tokenFeatures: readonly TokenFeatures[] = sampleTokenFeatures();

  features() {
    return Promise.resolve(this.snapshot.reading?.isLive === true ? this.tokenFeatures : null);
  }

  openFeature = (params: unknown) => this.note('openFeature', params);
  choose = (params: LayersSnapshot['settings']) => {
    this.show({ ...this.snapshot, settings: params });
    return this.note('choose', params);
  };
  readEditor = (params: unknown) => this.note('readEditor', params);
  readCompletion = (params: unknown) => this.note('readCompletion', params);
  cancel = (params: unknown) => this.note('cancel', params);
  save = (params: unknown) => this.note('save', params);
  open = (params: unknown) => this.note('open', params);
  fitProbes = (params: unknown) => this.note('fitProbes', params);
  getModel = (params: unknown) => this.note('getModel', params);
}

export function useLayersPages(figures?: Reading) {
  return usePanelPages<LayersPanel, FakeLayers, LayersSnapshot, LayersWords>({
    id: 'layers',
    schemas: layersSchemas,
    idle: LAYERS_STATES.empty,
    hostOf: (snapshot, words) => new FakeLayers(snapshot, words, figures),
  });
}
