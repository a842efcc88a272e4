/** Where figures come from, as a list of names and values. */
import { el } from './dom.ts';

/** The rows of a `dl` of the class `facts`. */
export function factsList(entries: readonly (readonly [name: string, value: string])[]): HTMLElement[] {
  return entries.map(([name, value]) => el('div', {}, el('dt', {}, String(name)), el('dd', {}, String(value))));
}
