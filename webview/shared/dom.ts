/**
 * The one place where elements are made. Text goes in as text and never as markup, so nothing that a model, a file or a
 * prompt holds can become an element.
 */

export type Child = Node | string | null;

export interface Attributes {
  readonly class?: string;
  readonly id?: string;
  readonly role?: string;
  readonly [attribute: `aria-${string}` | `data-${string}`]: string;
  readonly tabindex?: string;
  readonly scope?: string;
  readonly datetime?: string;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Sets the text where it differs, so that a screen reader is not told the same thing again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, isShown: boolean): void {
  element.hidden = !isShown;
}

/** Of elements that stand in the same place, shows this one; the focus stays in the place. */
export function showOne(elements: readonly HTMLElement[], shown: HTMLElement): void {
  const isFocused = elements.some((element) => element === document.activeElement);
  for (const element of elements) show(element, element === shown);
  if (isFocused) shown.focus();
}

const SVG = 'http://www.w3.org/2000/svg';

/** A small drawing; hidden from screen readers, which have the name beside it. */
export function svg(size: readonly [number, number], ...shapes: readonly SVGElement[]): SVGSVGElement {
  const element = document.createElementNS(SVG, 'svg');
  element.setAttribute('viewBox', `0 0 ${size[0]} ${size[1]}`);
  element.setAttribute('width', String(size[0]));
  element.setAttribute('height', String(size[1]));
  element.setAttribute('aria-hidden', 'true');
  element.append(...shapes);
  return element;
}

export function shape(tag: 'polygon' | 'circle' | 'line', attributes: Readonly<Record<string, string | number>>) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
