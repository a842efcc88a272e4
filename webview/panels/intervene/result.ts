/** What one intervention did: the figures that matter, the next tokens, what follows, and where the numbers come from. */
import { fixed } from '../../../src/core/charts/format.ts';
import { nextTokensChart, tokenLabel } from '../../../src/core/charts/nextTokens.ts';
import type { NamedFigures } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import type { Continuation, InterveneResult as Result } from '../../../src/protocol/interventionTypes.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { factsList } from '../../shared/facts.ts';
import { fill } from '../../shared/strings.ts';
import { changeText, provenanceFacts, staleText } from './facts.ts';
import { NextTokensBars } from './nextTokensBars.ts';

export class ResultView {
  readonly element: HTMLElement;
  private readonly stale = el('p', { class: 'notice' });
  private readonly cards = el('div', { class: 'cards' });
  private readonly bars: NextTokensBars;
  private readonly continuations = el('dl', { class: 'continuations' });
  private readonly continuation: HTMLElement;
  private readonly facts = el('dl', { class: 'facts' });
  private shown = '';

  constructor(private readonly words: InterveneWords) {
    const { page } = words;
    this.bars = new NextTokensBars(words);
    this.continuation = el(
      'section',
      { class: 'continuation' },
      el('h2', {}, page.continuation),
      this.continuations,
      el('p', { class: 'hint' }, page.continuationNote),
    );
    this.element = el(
      'div',
      { class: 'results' },
      this.stale,
      this.cards,
      this.bars.element,
      this.continuation,
      this.facts,
    );
  }

  /** @param result what is named, where it has come */
  show(named: NamedFigures | undefined, result: Result | undefined): void {
    show(this.element, named !== undefined && result !== undefined);
    if (!named || !result) return;
    const stale = staleText(named, this.words);
    setText(this.stale, stale);
    show(this.stale, stale !== '');
    const wanted = JSON.stringify([named.from, result]);
    if (wanted === this.shown) return;
    this.shown = '';
    this.cards.replaceChildren(...this.cardsOf(result));
    this.bars.show(nextTokensChart(result.next, result.pieces, this.words.next));
    const { continuation } = result;
    show(this.continuation, continuation !== undefined);
    const { page } = this.words;
    if (continuation)
      this.continuations.replaceChildren(
        ...this.textOf(page.original, continuation.original),
        ...this.textOf(page.changed, continuation.changed),
      );
    this.facts.replaceChildren(...factsList([...this.placeFacts(result), ...provenanceFacts(named.from, this.words)]));
    this.shown = wanted;
  }

  private cardsOf({ kl, difference, tokens, pieces, norm }: Result): HTMLElement[] {
    const { page } = this.words;
    const card = (name: string, value: string, note: string): HTMLElement =>
      el(
        'div',
        { class: 'card' },
        el('p', { class: 'card-name' }, name),
        el('p', { class: 'card-figure' }, value),
        el('p', { class: 'card-note' }, note),
      );
    const [first, second] = tokens.map((id) => tokenLabel(id, pieces));
    const { original, changed, source, recovered } = difference;
    return [
      card(page.kl, fixed(kl, 4), page.klNote),
      card(
        fill(page.difference, first ?? '', second ?? ''),
        fixed(changed, 2),
        fill(page.differenceNote, fixed(original, 2)),
      ),
      ...(typeof recovered === 'number' && source !== undefined
        ? [card(page.recovered, fixed(recovered, 2), fill(page.recoveredNote, fixed(source, 2)))]
        : []),
      card(page.norm, fixed(norm.changed, 2), fill(page.normNote, fixed(norm.original, 2))),
    ];
  }

  private textOf(name: string, { text }: Continuation): HTMLElement[] {
    return [
      el('dt', {}, name),
      el('dd', { class: 'continued' }, text === '' ? this.words.page.endsHere : String(text)),
    ];
  }

  private placeFacts({ hook, index, position, ids, pieces, change }: Result): (readonly [string, string])[] {
    const { page } = this.words;
    const part = index === undefined ? hook : fill(page.part, hook, index);
    return [
      [page.where, fill(page.whereAt, part, tokenLabel(ids[position] ?? 0, pieces), position)],
      [page.how, changeText(change, this.words)],
    ];
  }
}
