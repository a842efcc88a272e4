/** How far long work is: a bar, and under it the same in words. */
import { el, setText, show } from './dom.ts';

export class ProgressBar {
  readonly element: HTMLElement;
  private readonly bar = el('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100' });
  private readonly fill = el('div', { class: 'bar-fill' });
  private readonly text = el('p', { class: 'hint' });

  constructor(label: string) {
    this.bar.append(this.fill);
    this.bar.setAttribute('aria-label', label);
    this.element = el('div', { class: 'progress' }, this.bar, this.text);
  }

  /** @param share from 0 to 1; undefined hides the bar */
  set(share: number | undefined, text: string): void {
    show(this.element, share !== undefined);
    if (share === undefined) return;
    const within = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
    this.fill.style.transform = `scaleX(${within})`;
    this.bar.setAttribute('aria-valuenow', String(Math.round(within * 100)));
    this.bar.setAttribute('aria-valuetext', text);
    setText(this.text, text);
  }
}
