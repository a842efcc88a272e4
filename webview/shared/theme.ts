/**
 * The colours and the font of the editor's theme, for canvases, which no style sheet reaches. Read from the variables
 * that the editor sets on the page, and again whenever it sets others. Nothing here names a colour of its own.
 */
import type { ConditionId } from '../../src/core/charts/conditions.ts';

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  /** Lines of the grid, paler than axes. */
  readonly grid: string;
  readonly axis: string;
  readonly conditions: Readonly<Record<ConditionId, string>>;
  /** Of lines that are no conditions, by their place in the picture. */
  readonly series: readonly string[];
  readonly warning: string;
  readonly danger: string;
  /** The strongest shade of a heat map. */
  readonly heat: string;
  /** The strongest shade on the other side of nothing. */
  readonly counterHeat: string;
  /** Round what is pointed out. */
  readonly ring: string;
  readonly fontFamily: string;
  readonly fontSize: number;
  /** Then colours alone tell nothing: fills become patterns, and edges are drawn. */
  readonly isHighContrast: boolean;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return getComputedStyle(document.body).color;
  };
  const isHighContrast = [...document.body.classList].some((name) => name.startsWith('vscode-high-contrast'));
  const foreground = read('charts-foreground', 'foreground');
  return {
    foreground,
    muted: isHighContrast ? foreground : read('descriptionForeground', 'foreground'),
    background: read('editor-background'),
    grid: withAlpha(foreground, isHighContrast ? 0.35 : 0.12),
    axis: withAlpha(foreground, isHighContrast ? 1 : 0.5),
    conditions: { plain: read('charts-blue'), steered: read('charts-orange'), asked: read('charts-green') },
    series: [
      ...['charts-orange', 'charts-blue', 'charts-green', 'charts-purple', 'charts-red'].map((name) => read(name)),
      foreground,
    ],
    warning: read('charts-yellow'),
    danger: read('charts-red'),
    heat: read('charts-orange'),
    counterHeat: read('charts-blue'),
    // The first is of high contrast alone.
    ring: read('contrastActiveBorder', 'charts-foreground', 'foreground'),
    fontFamily: read('font-family'),
    fontSize: Number.parseFloat(read('font-size')) || 13,
    isHighContrast,
  };
}

/** Calls back after every change of the theme. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  // The class says light, dark or high contrast; the variables themselves are in the style of the root.
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** A colour of the theme, thinner. */
export function withAlpha(colour: string, alpha: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(alpha * 100)}%, transparent)`;
}

/** `share` of one colour in another. */
export function mixed(colour: string, share: number, into: string): string {
  return `color-mix(in srgb, ${colour} ${Math.round(share * 100)}%, ${into})`;
}
