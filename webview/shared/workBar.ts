/** Work under way: a bar, its words under it, and the same words for who hears the page. */
import type { Announcer } from './a11y.ts';
import { el, setText, show } from './dom.ts';

export class WorkBar {
  readonly element: HTMLElement;
  private readonly bar = el('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100' });
  private readonly fill = el('div', { class: 'bar-fill' });
  private readonly text = el('p', { class: 'hint' });

  constructor(
    label: string,
    private readonly announcer: Announcer,
  ) {
    this.bar.append(this.fill);
    this.bar.setAttribute('aria-label', label);
    this.element = el('div', { class: 'progress' }, this.bar, this.text);
    this.show(undefined);
  }

  /** @param share of the work that is done, from 0 to 1 */
  show(work: { readonly share: number; readonly words: string } | undefined): void {
    show(this.element, work !== undefined);
    if (work === undefined) return;
    this.fill.style.transform = `scaleX(${work.share})`;
    this.bar.setAttribute('aria-valuenow', String(Math.round(work.share * 100)));
    this.bar.setAttribute('aria-valuetext', work.words);
    setText(this.text, work.words);
    this.announcer.say(work.words);
  }
}
