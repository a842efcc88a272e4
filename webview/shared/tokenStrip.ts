/** The tokens of a text in their order, one of which is chosen: by the pointer, or by arrow keys when it has the focus. */
import { el, setText, show } from './dom.ts';

export interface TokenStripOptions {
  /** Unique in the page. */
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly onChoose: (position: number) => void;
}

export class TokenStrip {
  readonly element: HTMLElement;
  private readonly list: HTMLElement;
  private tokens: readonly string[] = [];
  private shown = '';
  private chosen = -1;

  constructor(private readonly options: TokenStripOptions) {
    const { id, label, hint } = options;
    const name = el('p', { class: 'strip-name', id: `${id}-name` }, label);
    this.list = el('div', {
      class: 'strip',
      id,
      role: 'listbox',
      tabindex: '0',
      'aria-labelledby': `${id}-name`,
      'aria-orientation': 'horizontal',
    });
    this.element = el('div', { class: 'token-strip' }, name, this.list, el('p', { class: 'hint' }, hint));
    this.list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    this.list.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param position of the chosen one; none where it is outside */
  set(tokens: readonly string[], position: number): void {
    const wanted = JSON.stringify(tokens);
    if (wanted !== this.shown) {
      this.shown = '';
      this.list.replaceChildren(
        ...tokens.map((token, at) => {
          const option = el('span', { class: 'token', role: 'option', id: `${this.options.id}-${at}` });
          option.setAttribute('aria-selected', 'false');
          setText(option, String(token));
          return option;
        }),
      );
      this.tokens = tokens;
      this.shown = wanted;
      this.chosen = -1;
    }
    this.mark(position);
    show(this.element, tokens.length > 0);
  }

  private mark(position: number): void {
    if (position === this.chosen) return;
    this.list.children[this.chosen]?.setAttribute('aria-selected', 'false');
    const option = this.list.children[position];
    option?.setAttribute('aria-selected', 'true');
    if (option) {
      this.list.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else this.list.removeAttribute('aria-activedescendant');
    this.chosen = position;
  }

  private choose(position: number): void {
    if (position === this.chosen || position < 0 || position >= this.tokens.length) return;
    this.mark(position);
    this.options.onChoose(position);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const last = this.tokens.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, this.chosen - 1),
      ArrowUp: Math.max(0, this.chosen - 1),
      ArrowRight: Math.min(last, this.chosen + 1),
      ArrowDown: Math.min(last, this.chosen + 1),
      Home: 0,
      End: last,
    };
    if (!Object.hasOwn(moves, event.key)) return;
    // Arrows would move the page.
    event.preventDefault();
    this.choose(moves[event.key] ?? 0);
  }
}
