/** A bar of work under way with its words, which screen readers hear as well, not too often. */
import type { Announcer } from './a11y.ts';
import { el, setText, show } from './dom.ts';

export class ProgressBar {
  readonly element: HTMLElement;
  private readonly bar = el('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100' });
  private readonly fill = el('div', { class: 'bar-fill' });
  private readonly text = el('p', { class: 'hint' });

  /** @param label what the work is, for screen readers */
  constructor(
    label: string,
    private readonly announcer: Announcer,
  ) {
    this.bar.append(this.fill);
    this.bar.setAttribute('aria-label', label);
    this.element = el('div', { class: 'progress' }, this.bar, this.text);
  }

  hide(): void {
    show(this.element, false);
  }

  /** @param share of the work that is done, from 0 to 1 */
  show(share: number, text: string): void {
    show(this.element, true);
    const within = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
    this.fill.style.transform = `scaleX(${within})`;
    this.bar.setAttribute('aria-valuenow', String(Math.round(within * 100)));
    setText(this.text, text);
    this.bar.setAttribute('aria-valuetext', text);
    this.announcer.say(text);
  }
}
