/** One cell taken apart: what the layer would write next, where its heads look, which neurons write most. */
import { fixed, percent } from '../../../src/core/charts/format.ts';
import { LAYER_MEASURES } from '../../../src/core/charts/layersGrid.ts';
import type { Table } from '../../../src/core/charts/table.ts';
import type { LayersCell, LayersPanel, NamedToken } from '../../../src/protocol/panels/layers.ts';
import type { LayersWords } from '../../../src/protocol/panels/layersWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { fill } from '../../shared/strings.ts';
import { dataTable } from '../../shared/table.ts';
import { TokenFeaturesList } from './tokenFeatures.ts';

export class CellDetail {
  readonly element: HTMLElement;
  private readonly title = el('h2', { tabindex: '-1' });
  private readonly state = el('p', { class: 'hint', role: 'status' });
  private readonly tables = el('div', { class: 'side-by-side' });
  private readonly neurons = el('div', { class: 'scroll', tabindex: '0', role: 'region' });
  private readonly neuronsNote;
  private readonly features: TokenFeaturesList;
  private readonly heads: GridFigure;
  private readonly head: GridFigure;
  private abort: AbortController | undefined;
  private shown: { readonly id: string; readonly layer: number } | undefined;

  constructor(
    private readonly words: LayersWords,
    private readonly host: Client<LayersPanel>,
    private readonly tell: (error: unknown) => void,
  ) {
    const { page } = words;
    const frame = { tableLabel: page.numbers, keysHint: page.keysHint };
    this.heads = new GridFigure({ id: 'heads', title: page.headsTitle, note: page.headsNote, ...frame }, ({ row }) =>
      this.openHead(row),
    );
    this.head = new GridFigure({ id: 'head', title: page.headTitle, note: page.headNote, ...frame });
    this.features = new TokenFeaturesList(words, (at) => void host.openFeature(at).catch(tell));
    this.neurons.setAttribute('aria-label', page.neuronsTitle);
    this.neuronsNote = el('p', { class: 'hint' }, page.neuronsNote);
    this.element = el(
      'section',
      { class: 'cell-detail' },
      this.title,
      this.state,
      this.tables,
      this.features.element,
      this.heads.element,
      this.head.element,
      this.neurons,
      this.neuronsNote,
    );
    this.clear();
  }

  clear(): void {
    this.abort?.abort();
    this.shown = undefined;
    show(this.element, false);
  }

  /** Asks for a cell and shows it; one that was asked for before is called off. */
  async open(id: string, row: number, layer: number): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.shown = { id, layer };
    show(this.element, true);
    setText(this.state, this.words.page.reading);
    this.features.hide();
    try {
      const asked = this.host.cell({ id, row, layer }, { signal: abort.signal });
      // After the cell, which is read sooner.
      void this.openFeatures({ id, row }, abort);
      const cell = await asked;
      if (this.abort === abort) this.draw(cell);
    } catch (error) {
      if (abort.signal.aborted) return;
      // Nothing of the cell before is taken for this one.
      this.clear();
      this.tell(error);
    }
  }

  /** Comes by itself, and may come later: other sessions are run for it. */
  private async openFeatures(at: { readonly id: string; readonly row: number }, abort: AbortController): Promise<void> {
    try {
      const found = await this.host.features(at, { signal: abort.signal });
      if (this.abort === abort && found) this.features.show(found);
    } catch (error) {
      if (!abort.signal.aborted) this.tell(error);
    }
  }

  private draw(cell: LayersCell): void {
    const { page } = this.words;
    setText(this.title, fill(page.cellTitle, cell.layer, cell.token));
    const tables = [nextTable(cell, this.words), figuresTable(cell, this.words)];
    if (cell.languages.length > 0) tables.push(languagesTable(cell, this.words));
    this.tables.replaceChildren(...tables.map((table) => dataTable(table)));
    show(this.heads.element, cell.attention !== undefined);
    show(this.head.element, false);
    if (cell.attention) this.heads.show(cell.attention);
    const hasNeurons = cell.neurons.length > 0;
    show(this.neurons, hasNeurons);
    show(this.neuronsNote, hasNeurons);
    if (hasNeurons) this.neurons.replaceChildren(dataTable(neuronsTable(cell, this.words)));
    // Where the reading is of a file there is no model to say more.
    setText(this.state, cell.attention ? '' : page.fromFile);
    this.title.scrollIntoView({ block: 'nearest' });
  }

  private openHead(head: number): void {
    const { shown } = this;
    if (!shown) return;
    this.host.head({ ...shown, head }).then(
      (grid) => {
        if (this.shown !== shown) return;
        show(this.head.element, true);
        this.head.show(grid);
      },
      (error: unknown) => this.tell(error),
    );
  }
}

function nextTable({ next }: LayersCell, { page }: LayersWords): Table {
  return {
    caption: page.nextTitle,
    columns: [{ label: page.nextToken }, { label: page.probability, isNumber: true }],
    rows: next.map(([token, probability]) => [token, percent(probability)]),
  };
}

function figuresTable({ figures }: LayersCell, { page, charts }: LayersWords): Table {
  return {
    caption: page.figuresTitle,
    columns: [{ label: page.measure }, { label: page.value, isNumber: true }],
    rows: LAYER_MEASURES.flatMap((measure) => {
      const value = figures[measure];
      return value === undefined ? [] : [[charts[measure], value.toPrecision(3)]];
    }),
  };
}

function languagesTable({ languages }: LayersCell, { page }: LayersWords): Table {
  return {
    caption: page.languagesTitle,
    columns: [{ label: page.language }, { label: page.probability, isNumber: true }],
    rows: languages.map(([language, probability]) => [language, fixed(probability, 2)]),
  };
}

function neuronsTable({ neurons }: LayersCell, { page }: LayersWords): Table {
  return {
    caption: page.neuronsTitle,
    columns: [
      { label: page.neuron, isNumber: true },
      { label: page.activation, isNumber: true },
      { label: page.contribution, isNumber: true },
      { label: page.promoted },
      { label: page.suppressed },
    ],
    rows: neurons.map(({ neuron, activation, contribution, promoted, suppressed }) => [
      neuron,
      fixed(activation, 2),
      fixed(contribution, 2),
      named(promoted),
      named(suppressed),
    ]),
  };
}

function named(tokens: readonly NamedToken[]): string {
  return tokens.map(([token, logit]) => `${token} ${fixed(logit, 1)}`).join('   ');
}
