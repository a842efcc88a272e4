/** Whether something that was sent to a page did harm there: code ran, or text became markup. */
import type { PanelPage } from './panelPage.ts';

export interface Harm {
  readonly harmed: boolean;
  /** Elements and attributes that our page never has. */
  readonly foreign: readonly string[];
}

const FOREIGN = [
  'script:not([nonce])',
  'iframe',
  'object',
  'embed',
  'base',
  'img',
  'form',
  'a',
  'main style',
  'main link',
  'animate',
  '[autofocus]',
  '[srcdoc]',
  '[onerror], [onload], [onfocus], [onclick], [onbegin]',
];

export function harmTo({ page }: PanelPage): Promise<Harm> {
  return page.evaluate(`({
    harmed: window.harmed !== undefined || ({}).harmed !== undefined,
    foreign: ${JSON.stringify(FOREIGN)}.filter((selector) => document.querySelector(selector)),
  })`);
}

export const UNHARMED: Harm = { harmed: false, foreign: [] };
