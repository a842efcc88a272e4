/** A panel as its user finds it: what stands on it that can be seen, as text. */
import type { PanelPage } from './panelPage.ts';

export interface Seen {
  readonly title: string;
  readonly buttons: readonly string[];
  /** Fields that can be used now. */
  readonly enabled: readonly string[];
  readonly notices: readonly string[];
  readonly problems: readonly string[];
  /** The bar in per cent, and its words. */
  readonly progress: readonly [percent: string, words: string] | null;
  readonly empty: boolean;
  /** The figure of each card, without blanks. */
  readonly cards: readonly string[];
  readonly pictures: readonly string[];
  /** The line of the facts that says how the study ended. */
  readonly took: string | null;
}

const SEEN = `(() => {
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const texts = (selector) => visible(selector).map(({ textContent }) => textContent.trim().replace(/\\s+/g, ' '));
  const [bar] = visible('[role=progressbar]');
  const facts = new Map(visible('.facts > div').map(({ children: [name, value] }) => [name.textContent, value.textContent]));
  return {
    title: texts('h1').join(),
    buttons: texts('vscode-button'),
    enabled: visible('vscode-dropdown, vscode-checkbox').filter((field) => !field.disabled).map(({ id }) => id || 'sweep'),
    notices: texts('.notice'),
    problems: texts('.problem'),
    progress: bar ? [bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuetext')] : null,
    empty: visible('.empty').length > 0,
    cards: texts('.card-figure'),
    pictures: visible('figure').map((figure) => figure.querySelector('h2').textContent),
    took: facts.get('Took') ?? null,
  };
})()`;

export function seenOn({ page }: PanelPage): Promise<Seen> {
  return page.evaluate(SEEN);
}

/** A table as rows of cells, the heading first. @param id of the figure that it is the twin of */
export function tableOf({ page }: PanelPage, id: string): Promise<readonly (readonly string[])[]> {
  return page.evaluate(
    `[...document.querySelectorAll('figure[aria-labelledby="${id}-title"] tr')].map(({ cells }) => [...cells].map(({ textContent }) => textContent))`,
  );
}
