/** Which features of autoencoders are active at the token of a cell; each opens in the panel of features. */
import { fixed } from '../../../src/core/charts/format.ts';
import type { TokenFeatures } from '../../../src/protocol/panels/layers.ts';
import type { LayersWords } from '../../../src/protocol/panels/layersWords.ts';
import { el, show } from '../../shared/dom.ts';
import { fill } from '../../shared/strings.ts';
import { linkButton } from '../../shared/ui.ts';

export class TokenFeaturesList {
  readonly element: HTMLElement;
  private readonly parts = el('div');

  constructor(
    private readonly words: LayersWords,
    private readonly onOpen: (at: { readonly name: string; readonly feature: number }) => void,
  ) {
    const { featuresTitle, featuresNote } = words.page;
    this.element = el('section', {}, el('h3', {}, featuresTitle), this.parts, el('p', { class: 'hint' }, featuresNote));
    this.hide();
  }

  hide(): void {
    show(this.element, false);
  }

  /** @param found by autoencoder; without one there is nothing to show */
  show(found: readonly TokenFeatures[]): void {
    show(this.element, found.length > 0);
    this.parts.replaceChildren(...found.flatMap((one) => this.listOf(one)));
  }

  private listOf({ name, hook, active, features }: TokenFeatures): HTMLElement[] {
    const { page } = this.words;
    const said = fill(features.length > 0 ? page.featuresOf : page.featuresNone, active, name, hook);
    const links = features.map(({ index, activation, label }) => {
      const text = fill(page.feature, index, fixed(activation, 2), label === '' ? page.unlabelled : label);
      return el(
        'li',
        {},
        linkButton(text, () => this.onOpen({ name, feature: index })),
      );
    });
    return [el('p', {}, said), el('ul', { class: 'feature-links' }, ...links)];
  }
}
