/** What a screen reader is told: the picture in words, and news, of which there must not be too many. */
import { el, setText } from './dom.ts';

/** Makes a canvas a picture with a text, that the keyboard reaches. */
export function describePicture(canvas: HTMLCanvasElement, summary: string): void {
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('tabindex', '0');
  if (canvas.getAttribute('aria-label') !== summary) canvas.setAttribute('aria-label', summary);
}

/** Between two pieces of news: a reader that is interrupted all the time says nothing. */
const NEWS_PAUSE_MS = 5000;

/** A place for news that nobody sees: the newest is read out when the one before had its time. */
export class Announcer {
  readonly element = el('div', { class: 'for-readers', role: 'status', 'aria-live': 'polite' });
  private spokenMs = -Infinity;

  /** @param isUrgent said in any case: an end, a failure */
  say(text: string, isUrgent = false): void {
    const nowMs = performance.now();
    if (!isUrgent && nowMs - this.spokenMs < NEWS_PAUSE_MS) return;
    if (this.element.textContent === text) return;
    this.spokenMs = nowMs;
    setText(this.element, text);
  }
}
