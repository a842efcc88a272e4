/** Which features are active at the tokens before the cursor: a token is chosen, and its features are listed. */
import { fixed } from '../../../src/core/charts/format.ts';
import { visiblePiece } from '../../../src/core/charts/pieces.ts';
import type { SaeSnapshot } from '../../../src/protocol/panels/sae.ts';
import type { SaeFiresResult } from '../../../src/protocol/saeFeatureTypes.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { fill } from '../../shared/strings.ts';
import { TokenStrip } from '../../shared/tokenStrip.ts';
import { linkButton } from '../../shared/ui.ts';

export class CursorFeatures {
  readonly element: HTMLElement;
  private readonly heading = el('h2');
  private readonly name = el('p', { class: 'hint' });
  private readonly strip: TokenStrip;
  private readonly said = el('p', { 'aria-live': 'polite' });
  private readonly list = el('ul', { class: 'feature-links' });
  private fires: SaeFiresResult | undefined;

  constructor(
    private readonly words: SaeWords,
    private readonly onOpen: (feature: number) => void,
  ) {
    const { page } = words;
    this.strip = new TokenStrip({
      id: 'cursor',
      label: page.cursorTitle,
      hint: page.cursorHint,
      onChoose: (position) => this.showToken(position),
    });
    this.element = el('section', { class: 'part' }, this.heading, this.name, this.strip.element, this.said, this.list);
    show(this.element, false);
  }

  hide(): void {
    show(this.element, false);
  }

  show(fires: SaeFiresResult, { of, name }: NonNullable<SaeSnapshot['cursor']>): void {
    this.fires = fires;
    const { page } = this.words;
    const isWritten = of === 'completion';
    setText(this.heading, isWritten ? page.completionTitle : page.cursorTitle);
    setText(this.name, fill(isWritten ? page.completionTokens : page.cursorTokens, name));
    show(this.element, true);
    const last = fires.features.length - 1;
    this.strip.set(
      fires.features.map((_, row) => this.tokenAt(row)),
      last,
    );
    this.showToken(last);
  }

  private tokenAt(row: number): string {
    const { ids = [], pieces = {}, first = 0 } = this.fires ?? {};
    const id = String(ids[first + row]);
    return visiblePiece(Object.hasOwn(pieces, id) ? String(pieces[id]) : id);
  }

  private showToken(row: number): void {
    const { page } = this.words;
    const { features = [], active = [], labels = {} } = this.fires ?? {};
    const found = features[row] ?? [];
    const token = this.tokenAt(row);
    setText(
      this.said,
      found.length > 0 ? fill(page.cursorFeatures, active[row] ?? 0, token) : fill(page.cursorNone, token),
    );
    this.list.replaceChildren(
      ...found.map(([feature, activation]) => {
        const key = String(feature);
        const label = Object.hasOwn(labels, key) ? String(labels[key]) : page.unlabelled;
        const text = fill(page.cursorFeature, feature, fixed(activation, 2), label);
        return el(
          'li',
          {},
          linkButton(text, () => this.onOpen(feature)),
        );
      }),
    );
  }
}
