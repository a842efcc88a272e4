/** The study that is shown: both kinds of label over layers, what each line means, confusion, and where the figures are from. */
import { confusionGrid } from '../../../src/core/charts/confusion.ts';
import { duration, languageLabel, percent } from '../../../src/core/charts/format.ts';
import { PROBE_SERIES, probeLayers } from '../../../src/core/charts/probeLayers.ts';
import { bestLayer } from '../../../src/core/probes/study.ts';
import type { ProbeStudy } from '../../../src/core/probes/study.ts';
import type { ProbesWords } from '../../../src/protocol/panels/probesWords.ts';
import { el, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { dropdown } from '../../shared/ui.ts';
import { LayersChart } from './layersChart.ts';

export class Results {
  readonly element: HTMLElement;
  private readonly written: LayersChart;
  private readonly asked: LayersChart;
  private readonly terms = el('dl', { class: 'terms' });
  private readonly layer;
  private readonly confusion: GridFigure;
  private readonly confusionPart: HTMLElement;
  private readonly facts = el('dl', { class: 'facts' });
  private study: ProbeStudy | undefined;

  constructor(private readonly words: ProbesWords) {
    const { page } = words;
    this.written = new LayersChart('written', page.writtenTitle, page.writtenNote, words);
    this.asked = new LayersChart('asked', page.askedTitle, page.askedNote, words);
    const { confusionTitle: title, confusionNote: note, numbers: tableLabel, keysHint } = page;
    this.confusion = new GridFigure({ id: 'confusion', title, note, tableLabel, keysHint });
    this.layer = dropdown({ id: 'layer', label: page.layer, onChange: (value) => this.showConfusion(Number(value)) });
    const layerChoice = el('div', { class: 'controls above' }, this.layer.element);
    this.confusionPart = el('div', {}, layerChoice, this.confusion.element);
    const meaning = el(
      'section',
      {},
      el('h2', {}, page.controlsTitle),
      this.terms,
      el('p', { class: 'hint' }, page.controlsSource),
    );
    const parts = [this.written.element, this.asked.element, meaning, this.confusionPart, this.facts];
    this.element = el('div', { class: 'results' }, ...parts);
  }

  show(study: ProbeStudy, isUnderWay: boolean): void {
    this.study = undefined;
    const written = probeLayers(study, 'written', this.words.layers);
    this.written.show(written);
    this.asked.show(probeLayers(study, 'asked', this.words.layers));
    const { controls } = this.words;
    this.terms.replaceChildren(
      ...PROBE_SERIES.flatMap((id) => {
        const series = written.series.find((one) => one.id === id);
        return series ? [el('dt', {}, series.name), el('dd', {}, controls[id])] : [];
      }),
    );
    this.facts.replaceChildren(...this.factsOf(study, isUnderWay));
    this.study = study;
    this.showLayers(study);
  }

  private showLayers({ results: [result] }: ProbeStudy): void {
    const layers = result?.layers.filter(({ confusion }) => confusion !== undefined) ?? [];
    const best = bestLayer(layers);
    show(this.confusionPart, best !== undefined);
    if (best === undefined) return;
    this.layer.set(
      layers.map(({ layer, accuracy }) => {
        const name = `${layer} · ${percent(accuracy[0])}`;
        return { value: String(layer), label: layer === best.layer ? fill(this.words.page.best, name) : name };
      }),
      String(best.layer),
    );
    this.showConfusion(best.layer);
  }

  private showConfusion(layer: number): void {
    const [result] = this.study?.results ?? [];
    const counts = result?.layers.find((one) => one.layer === layer)?.confusion;
    if (result && counts) this.confusion.show(confusionGrid(counts, result.labels, this.words.confusion));
  }

  private factsOf(study: ProbeStudy, isUnderWay: boolean): HTMLElement[] {
    const { page } = this.words;
    const [first] = study.results;
    const end = fill(page[isUnderWay ? 'underWay' : study.end], study.results.length, study.hooks.length);
    return factsList([
      [page.date, dateTime(study.startedAt)],
      [page.model, study.model.name],
      [page.precision, study.model.precision],
      [page.languages, (first?.labels ?? []).map((id) => languageLabel(id)).join(', ')],
      [page.places, study.hooks.join(', ')],
      [page.samples, `${first?.n ?? 0} · ${first?.position ?? ''}`],
      [page.seed, String(study.seed)],
      [page.took, `${duration(study.elapsedMs)} · ${end}`],
      [page.version, study.software],
    ]);
  }
}
