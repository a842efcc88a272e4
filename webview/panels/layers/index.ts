/** The panel of layers: controls, the grid of tokens by layers, and one cell taken apart under it. */
import type { LayerMeasure } from '../../../src/core/charts/layersGrid.ts';
import { layersSchemas } from '../../../src/protocol/panels/layers.ts';
import type { LayersPanel, LayersReading, LayersSnapshot } from '../../../src/protocol/panels/layers.ts';
import type { LayersWords } from '../../../src/protocol/panels/layersWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { Fetched } from '../../shared/fetched.ts';
import { panelPage, type PageParts, type PageView } from '../../shared/page.ts';
import { connect } from '../../shared/rpc.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { Controls } from './controls.ts';
import { CellDetail } from './detail.ts';

export function layersPanel(root: HTMLElement): Promise<void> {
  const host = connect<LayersPanel>(layersSchemas);
  return panelPage(root, host, (parts: PageParts<LayersWords>): PageView<LayersSnapshot> => {
    const { words, tell } = parts;
    const { page, explained } = words;
    const controls = new Controls(parts, host.client);
    const detail = new CellDetail(words, host.client, tell);
    let reading: LayersReading | undefined;
    const grid = new GridFigure(
      { id: 'layers', title: page.gridTitle, note: '', tableLabel: page.numbers, keysHint: page.keysHint },
      ({ row, column }) => {
        // What grows has another place for it a moment later.
        if (reading && !reading.isWriting) void detail.open(reading.id, row, column);
      },
    );
    const note = el('p', { class: 'hint' });
    const massive = el('p', { class: 'hint' }, page.massiveNote);
    const facts = el('dl', { class: 'facts' });
    const results = el('div', { class: 'results' }, grid.element, note, massive, detail.element, facts);
    const empty = el('p', { class: 'empty' }, page.empty);
    const fetched = new Fetched(
      (name: { readonly id: string; readonly measure: LayerMeasure }) => host.client.grid(name),
      (figures) => grid.show(figures, reading?.isWriting === true),
      tell,
    );
    const draw = (snapshot: LayersSnapshot): void => {
      controls.show(snapshot);
      if (snapshot.reading?.id !== reading?.id) detail.clear();
      reading = snapshot.reading;
      show(empty, reading === undefined && snapshot.work === undefined);
      show(results, reading !== undefined);
      if (!reading) return;
      const measure = controls.measureOf(snapshot);
      setText(note, explained[measure]);
      show(massive, reading.massive > 0);
      facts.replaceChildren(...factsOf(reading, words));
      const { id } = reading;
      fetched.want({ id, measure });
    };
    return { controls: controls.element, content: [empty, results], draw };
  });
}

function factsOf(reading: LayersReading, { page }: LayersWords): HTMLElement[] {
  const { source, tokens, read, model, precision, steering, at, massive } = reading;
  const entries: readonly (readonly [string, string])[] = [
    [page.source, source],
    [page.read, fill(page.readOf, read, tokens)],
    [page.model, model],
    [page.precision, precision],
    [page.steering, steering === '' ? page.noSteering : steering],
    [page.massive, String(massive)],
    [page.date, dateTime(at)],
  ];
  return factsList(entries);
}
