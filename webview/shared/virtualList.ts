/** A long list, of which only the lines in sight are elements: chosen by the pointer, or by arrow keys when it has the focus. */
import { el, setText } from './dom.ts';

export interface VirtualListOptions<T> {
  /** Unique in the page. */
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** What the columns are. */
  readonly heads: readonly string[];
  /** What a line shows in its columns; a screen reader says the same. */
  readonly cellsOf: (item: T) => readonly string[];
  readonly onOpen: (item: T) => void;
}

/** Of a line, in CSS pixels; the style sheet has the same. */
const LINE = 26;
/** Lines beside those in sight, so that none is missing while it moves. */
const BEYOND = 6;

export class VirtualList<T> {
  readonly element: HTMLElement;
  private readonly box: HTMLElement;
  private readonly space = el('div', { class: 'lines-space', role: 'presentation' });
  private items: readonly T[] = [];
  private active = 0;

  constructor(private readonly options: VirtualListOptions<T>) {
    const { id, label, hint, heads } = options;
    this.box = el('div', { class: 'lines', id, role: 'listbox', tabindex: '0', 'aria-label': label }, this.space);
    const head = el('div', { class: 'line-heads' }, ...heads.map((text) => el('span', {}, text)));
    this.element = el('div', {}, head, this.box, el('p', { class: 'hint' }, hint));
    this.box.addEventListener('scroll', () => this.draw());
    this.box.addEventListener('keydown', (event) => this.onKey(event));
    this.box.addEventListener('click', (event) => {
      const line = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      const at = Number(line?.getAttribute('aria-posinset') ?? 0) - 1;
      if (at < 0) return;
      this.activate(at);
      this.open();
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /** @param active which one is pointed out at first */
  show(items: readonly T[], active = 0): void {
    this.items = items;
    this.space.style.height = `${items.length * LINE}px`;
    this.active = Math.max(0, Math.min(items.length - 1, active));
    this.reveal();
    try {
      this.draw();
    } catch (error) {
      // Or it would be drawn again whenever the list is moved.
      this.items = [];
      throw error;
    }
  }

  private activate(at: number): void {
    this.active = Math.max(0, Math.min(this.items.length - 1, at));
    this.reveal();
    this.draw();
  }

  private open(): void {
    const item = this.items[this.active];
    if (item !== undefined) this.options.onOpen(item);
  }

  private reveal(): void {
    const { box } = this;
    const top = this.active * LINE;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + LINE > box.scrollTop + box.clientHeight) box.scrollTop = top + LINE - box.clientHeight;
  }

  private draw(): void {
    const { box, items, active } = this;
    const first = Math.max(0, Math.floor(box.scrollTop / LINE) - BEYOND);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / LINE) + BEYOND);
    const wanted = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i));
    // A screen reader follows the active one, which is therefore always there.
    if (items.length > 0) wanted.add(active);
    this.space.replaceChildren(...[...wanted].sort((a, b) => a - b).map((at) => this.line(at)));
    if (items.length > 0) box.setAttribute('aria-activedescendant', this.idOf(active));
    else box.removeAttribute('aria-activedescendant');
  }

  private line(at: number): HTMLElement {
    const item = this.items[at] as T;
    const cells = this.options.cellsOf(item).flatMap((text) => {
      const cell = el('span');
      setText(cell, text);
      // The blank parts the words of the name.
      return [cell, ' '];
    });
    const line = el('div', { class: 'line', role: 'option', id: this.idOf(at) }, ...cells);
    line.style.top = `${at * LINE}px`;
    line.setAttribute('aria-selected', String(at === this.active));
    line.setAttribute('aria-posinset', String(at + 1));
    line.setAttribute('aria-setsize', String(this.items.length));
    return line;
  }

  private idOf(at: number): string {
    return `${this.options.id}-${at}`;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / LINE) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: this.active - 1,
      ArrowDown: this.active + 1,
      PageUp: this.active - page,
      PageDown: this.active + page,
      Home: 0,
      End: this.items.length - 1,
    };
    const isMove = Object.hasOwn(moves, event.key);
    if (!isMove && event.key !== 'Enter') return;
    // Arrows would move the page.
    event.preventDefault();
    if (isMove) this.activate(moves[event.key] ?? 0);
    else this.open();
  }
}
