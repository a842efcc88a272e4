/** Both texts side by side, token by token: where they part, and which tokens steering had part in. */
import { steeringInWords } from '../../../src/core/charts/comparison.ts';
import { tokenTexts } from '../../../src/core/compare/tokenTexts.ts';
import type { ComparedSide } from '../../../src/protocol/compareTypes.ts';
import type { ComparisonCase } from '../../../src/protocol/panels/compare.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { fill } from '../../shared/strings.ts';

export class Texts {
  readonly element: HTMLElement;
  private readonly both = el('div', { class: 'texts' });
  private readonly same = el('p', { class: 'hint' });

  constructor(private readonly words: CompareWords) {
    const { page } = words;
    this.element = el(
      'section',
      { 'aria-labelledby': 'texts-title' },
      el('h2', { id: 'texts-title' }, page.textsTitle),
      this.same,
      this.both,
      el('p', { class: 'hint' }, page.textsNote),
    );
  }

  show({ params, result }: ComparisonCase): void {
    const { a, b, divergence, pieces } = result;
    const { page } = this.words;
    const lead = params.options.prefill ?? '';
    setText(this.same, page.sameText);
    show(this.same, divergence === null);
    const column = (name: string, side: ComparedSide): HTMLElement =>
      this.column(name, side, { lead, divergence, texts: tokenTexts(side.ids, pieces) });
    this.both.replaceChildren(column(page.sideA, a), column(page.sideB, b));
  }

  /** Texts as they are written. */
  showWriting(a: string, b: string): void {
    const { page } = this.words;
    show(this.same, false);
    const column = (name: string, text: string): HTMLElement =>
      el(
        'div',
        { class: 'text' },
        el('h3', {}, name),
        el('pre', { tabindex: '0', role: 'region', 'aria-label': name }, text),
      );
    this.both.replaceChildren(column(page.sideA, a), column(page.sideB, b));
  }

  private column(
    name: string,
    side: ComparedSide,
    { lead, divergence, texts }: { lead: string; divergence: number | null; texts: readonly string[] },
  ): HTMLElement {
    const { page } = this.words;
    const tokens = texts.map((text, token) => {
      const acts = side.steer.some(({ acting }) => acting[token]);
      const attributes = acts ? { class: 'steered-token' } : {};
      if (token !== divergence) return el('span', attributes, text);
      // Said before the token to who does not see the box.
      const said = el('span', { class: 'for-readers' }, ` [${fill(page.partsAt, token)}] `);
      return el('mark', attributes, said, text);
    });
    const end = divergence !== null && divergence >= texts.length ? [el('mark', {}, '∎')] : [];
    const pre = el(
      'pre',
      { tabindex: '0', role: 'region', 'aria-label': name },
      el('span', { class: 'lead-text' }, lead),
      ...tokens,
      ...end,
    );
    return el(
      'div',
      { class: 'text' },
      el('h3', {}, name),
      el('p', { class: 'hint' }, this.steeringOf(side)),
      pre,
      el('p', { class: 'hint' }, this.endOf(side)),
    );
  }

  private steeringOf({ steer }: ComparedSide): string {
    const { charts } = this.words;
    if (steer.length === 0) return charts.unsteered;
    return steer.map((one) => [steeringInWords(one, charts), ...(one.notes ?? [])].join('; ')).join('; ');
  }

  private endOf({ stop, decided }: ComparedSide): string {
    const { page } = this.words;
    const ends = { eos: page.stopEos, length: page.stopLength, text: page.stopText, nonfinite: page.stopNonfinite };
    const said = fill(page.ended, ends[stop]);
    return decided === 0 ? said : `${said}. ${fill(page.decided, decided - 1)}`;
  }
}
