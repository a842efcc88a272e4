/** A comparison: both texts, the pictures of the one that is read, what acted on each, and where the numbers come from. */
import { differenceGrid, tokenLabels, tokenShift, traceGrid } from '../../../src/core/charts/comparison.ts';
import { fixed } from '../../../src/core/charts/format.ts';
import { visibleText } from '../../../src/core/charts/pieces.ts';
import { tokenTexts } from '../../../src/core/compare/tokenTexts.ts';
import type { TopTokens } from '../../../src/protocol/compareTypes.ts';
import type { ComparisonCase } from '../../../src/protocol/panels/compare.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { dataTable } from '../../shared/table.ts';
import { dropdown } from '../../shared/ui.ts';
import { ShiftChart } from './shiftChart.ts';
import { Texts } from './texts.ts';

type Read = 'a' | 'b';

export class Results {
  readonly element: HTMLElement;
  readonly texts: Texts;
  private readonly read;
  private readonly shift: ShiftChart;
  private readonly grid: GridFigure;
  private readonly traces: Readonly<Record<Read, GridFigure>>;
  private readonly detailTitle = el('h3');
  private readonly detailTable = el('div', { class: 'scroll', tabindex: '0', role: 'region' });
  private readonly detail = el('section', { class: 'detail' }, this.detailTitle, this.detailTable);
  private readonly facts = el('dl', { class: 'facts' });
  private readonly figures: HTMLElement;
  private shown: { readonly comparison: ComparisonCase; readonly read: Read } | undefined;

  constructor(
    private readonly words: CompareWords,
    onRead: (read: Read) => void,
  ) {
    const { page } = words;
    this.texts = new Texts(words);
    this.read = dropdown({ id: 'read', label: page.read, onChange: (value) => onRead(value === 'b' ? 'b' : 'a') });
    this.shift = new ShiftChart(words);
    const { numbers: tableLabel, keysHint } = page;
    this.grid = new GridFigure(
      { id: 'grid', title: page.gridTitle, note: page.gridNote, tableLabel, keysHint },
      ({ column }) => this.showDetail(column),
    );
    const trace = (id: string, title: string): GridFigure =>
      new GridFigure({ id, title, note: page.traceNote, tableLabel, keysHint });
    this.traces = { a: trace('trace-a', page.traceATitle), b: trace('trace-b', page.traceBTitle) };
    const { a, b } = this.traces;
    this.figures = el(
      'div',
      {},
      el('div', { class: 'controls' }, this.read.element),
      ...[this.shift.element, this.grid.element, this.detail, a.element, b.element, this.facts],
    );
    this.element = el('div', { class: 'results' }, this.texts.element, this.figures);
  }

  show(comparison: ComparisonCase, read: Read): void {
    if (this.shown?.comparison === comparison && this.shown.read === read) return;
    this.shown = undefined;
    const { result } = comparison;
    const { page, charts } = this.words;
    show(this.figures, true);
    this.texts.show(comparison);
    this.read.set(
      [
        { value: 'a', label: page.textA },
        { value: 'b', label: page.textB },
      ],
      read,
    );
    const text = result.texts[read === 'a' ? 0 : 1];
    this.shift.show(tokenShift(text, result.pieces, charts));
    this.grid.show(differenceGrid(text, result.pieces, result.threshold, charts));
    for (const side of ['a', 'b'] as const) {
      const grid = traceGrid(result[side], side === 'a' ? page.sideA : page.sideB, result.pieces, charts);
      show(this.traces[side].element, grid.rows.length > 0);
      if (grid.rows.length > 0) this.traces[side].show(grid);
    }
    this.facts.replaceChildren(...this.factsOf(comparison));
    this.shown = { comparison, read };
    const first = text.parts?.token ?? result.divergence ?? 0;
    this.showDetail(Math.min(first, text.ids.length - 1));
  }

  /** While both are written there are texts and nothing else. */
  showWriting(a: string, b: string): void {
    this.shown = undefined;
    show(this.figures, false);
    this.texts.showWriting(a, b);
  }

  private showDetail(token: number): void {
    if (!this.shown) return;
    const { comparison, read } = this.shown;
    const { texts, pieces } = comparison.result;
    const text = texts[read === 'a' ? 0 : 1];
    const { page } = this.words;
    const [topA, topB] = [text.topA[token] ?? [], text.topB[token] ?? []];
    show(this.detail, token >= 0);
    if (token < 0) return;
    const title = fill(page.detailTitle, tokenLabels(text.ids, pieces)[token] ?? token);
    setText(this.detailTitle, title);
    this.detailTable.setAttribute('aria-label', title);
    const cells = (top: TopTokens, rank: number): string[] => {
      const entry = top[rank];
      if (entry === undefined) return ['', ''];
      const [name = ''] = tokenTexts([entry[0]], pieces);
      return [visibleText(name), fixed(entry[1], 3)];
    };
    const rows = Array.from({ length: Math.max(topA.length, topB.length) }, (_, rank) => [
      String(rank + 1),
      ...cells(topA, rank),
      ...cells(topB, rank),
    ]);
    const number = { label: page.probability, isNumber: true };
    const columns = [{ label: page.rank }, { label: page.underA }, number, { label: page.underB }, number];
    this.detailTable.replaceChildren(dataTable({ caption: page.detailCaption, columns, rows }));
  }

  private factsOf({ result, params, createdAt, software }: ComparisonCase): HTMLElement[] {
    const { page } = this.words;
    const entries: readonly (readonly [string, string])[] = [
      [page.date, dateTime(createdAt)],
      [page.model, result.model],
      [page.precision, fill(page.precisionNote, result.precision)],
      [page.promptTokens, fill(page.inTokens, result.promptTokens)],
      [page.threshold, String(result.threshold)],
      [page.seed, String(params.options.seed)],
      [page.version, software],
    ];
    return factsList(entries);
  }
}
