/** The sweep that is shown: its heat map, whose cells open the single intervention, and where its numbers come from. */
import { sweepGrid } from '../../../src/core/charts/sweepGrid.ts';
import { tokenLabel } from '../../../src/core/charts/nextTokens.ts';
import type { SweepResult } from '../../../src/protocol/interventionTypes.ts';
import type { IntervenePanel, NamedFigures } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { GridFigure } from '../../shared/gridFigure.ts';
import { fill, whole } from '../../shared/strings.ts';
import { changeText, provenanceFacts, staleText, type Fact } from './facts.ts';
import type { Ask } from './subjectControls.ts';

export class SweepView {
  readonly element: HTMLElement;
  private readonly stale = el('p', { class: 'notice' });
  private readonly note = el('p', { class: 'hint' });
  private readonly facts = el('dl', { class: 'facts' });
  private readonly figure: GridFigure;
  private swept: SweepResult | undefined;

  constructor(
    private readonly words: InterveneWords,
    private readonly host: Client<IntervenePanel>,
    private readonly ask: Ask,
  ) {
    const { page } = words;
    this.figure = new GridFigure(
      { id: 'sweep', title: page.sweepTitle, note: '', tableLabel: page.numbers, keysHint: page.keysHint },
      ({ row, column }) => this.openCell(row, column),
    );
    this.element = el('div', { class: 'results' }, this.stale, this.figure.element, this.note, this.facts);
    show(this.element, false);
  }

  /** @param swept what is named, where it has come */
  show(named: NamedFigures | undefined, swept: SweepResult | undefined): void {
    show(this.element, named !== undefined && swept !== undefined);
    if (!named || !swept) return;
    const stale = staleText(named, this.words);
    setText(this.stale, stale);
    show(this.stale, stale !== '');
    if (swept === this.swept) return;
    this.swept = swept;
    const { page } = this.words;
    setText(this.note, swept.recovered ? page.patchNote : page.ablationNote);
    this.figure.show(sweepGrid(swept, this.words.sweep));
    this.facts.replaceChildren(...factsList([...this.sweptFacts(swept), ...provenanceFacts(named.from, this.words)]));
  }

  private openCell(row: number, column: number): void {
    const layer = this.swept?.layers[column];
    const position = this.swept?.positions[row];
    const isEmpty = this.swept?.kl[column]?.[row] === null;
    if (layer !== undefined && position !== undefined && !isEmpty) this.ask(this.host.openCell({ layer, position }));
  }

  private sweptFacts({ site, index, change, tokens, pieces, difference, runs }: SweepResult): Fact[] {
    const { page, hooks } = this.words;
    const [first, second] = tokens.map((id) => tokenLabel(id, pieces));
    const compared = fill(page.difference, first ?? '', second ?? '');
    const { original, source } = difference;
    return [
      [page.hook, index === undefined ? hooks[site] : fill(page.part, hooks[site], index)],
      [page.how, changeText(change, this.words)],
      [compared, [original, ...(source === undefined ? [] : [source])].map((value) => value.toFixed(2)).join(' → ')],
      [page.runsMade, whole(runs)],
    ];
  }
}
