/** One button at a time in the same place, and the focus with it. */
import { show } from './dom.ts';
import type { Control } from './ui.ts';

export function showAction(actions: readonly Control[], shown: Control): void {
  const isFocused = actions.some(({ element }) => element === document.activeElement);
  for (const { element } of actions) show(element, element === shown.element);
  if (isFocused) shown.element.focus();
}
