/** The panel of layers: controls, the grid of tokens by layers, and one cell taken apart under it. */
import type { LayersPicture } from '../../../src/core/charts/layersGrid.ts';
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
import { button } from '../../shared/ui.ts';
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
    const fit = button({
      label: page.fitProbes,
      onClick: () => void host.client.fitProbes({}).catch((error: unknown) => tell(error)),
    });
    const noProbes = el('div', {}, el('p', { class: 'notice' }, page.noProbes), fit.element);
    const massive = el('p', { class: 'hint' }, page.massiveNote);
    const facts = el('dl', { class: 'facts' });
    const results = el('div', { class: 'results' }, noProbes, grid.element, note, massive, detail.element, facts);
    const empty = el('p', { class: 'empty' }, page.empty);
    const fetched = new Fetched(
      (name: { readonly id: string } & LayersPicture) => host.client.grid(name),
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
      const picture = controls.pictureOf(snapshot);
      setText(note, explained[picture.measure]);
      const isMissing = picture.measure === 'probe' && reading.probe === undefined;
      show(noProbes, isMissing);
      show(fit.element, reading.isLive);
      show(grid.element, !isMissing);
      show(massive, reading.massive > 0);
      facts.replaceChildren(...factsOf(reading, words));
      fetched.want(isMissing ? undefined : { id: reading.id, ...picture });
    };
    return { controls: controls.element, content: [empty, results], draw };
  });
}

function factsOf(reading: LayersReading, { page }: LayersWords): HTMLElement[] {
  const { source, tokens, read, model, precision, steering, at, massive, probe } = reading;
  const entries: readonly (readonly [string, string])[] = [
    [page.source, source],
    [page.read, fill(page.readOf, read, tokens)],
    [page.model, model],
    [page.precision, precision],
    [page.steering, steering === '' ? page.noSteering : steering],
    [page.massive, String(massive)],
    [page.date, dateTime(at)],
    ...(probe
      ? ([
          [page.probe, fill(page.probeOf, probe.artefact, dateTime(probe.createdAt), probe.layer)],
          [page.fittedOn, probe.positions],
        ] as const)
      : []),
  ];
  return factsList(entries);
}
