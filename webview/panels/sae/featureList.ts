/** The list of features: which there are, and where they were seen. */
import { fixed, languageLabel, whole } from '../../../src/core/charts/format.ts';
import { bestLanguage, type ListedFeature } from '../../../src/core/sae/evidenceList.ts';
import type { SaeFeaturesResult } from '../../../src/protocol/saeFeatureTypes.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { dateTime, fill } from '../../shared/strings.ts';
import { VirtualList } from '../../shared/virtualList.ts';

export class FeatureList {
  readonly element: HTMLElement;
  private readonly note = el('p', { class: 'hint' });
  private readonly nothing: HTMLElement;
  private readonly list: VirtualList<ListedFeature>;
  private languages: readonly string[] = [];

  constructor(
    private readonly words: SaeWords,
    onOpen: (feature: number) => void,
  ) {
    const { page } = words;
    this.nothing = el('p', { class: 'empty' }, page.nothingFound);
    this.list = new VirtualList({
      id: 'features',
      label: page.listTitle,
      hint: page.listHint,
      heads: [page.headIndex, page.headLabel, page.density, page.headAuroc],
      cellsOf: (row) => [String(row.index), labelOf(row), densityText(row.density), this.aurocText(row)],
      onOpen: ({ index }) => onOpen(index),
    });
    this.element = el(
      'section',
      { class: 'part' },
      el('h2', {}, page.listTitle),
      this.note,
      this.nothing,
      this.list.element,
    );
  }

  /** @param open the feature that is open, which is pointed out where it is in the list */
  show({ card, found, features }: SaeFeaturesResult, open: number | undefined): void {
    this.languages = card.languages;
    const { page } = this.words;
    const note = [whole(found), whole(card.dSae), whole(card.tokens), String(card.corpus), dateTime(card.createdAt)];
    setText(this.note, fill(page.listNote, ...note));
    show(this.nothing, features.length === 0);
    show(this.list.element, features.length > 0);
    this.list.show(
      features,
      features.findIndex(({ index }) => index === open),
    );
  }

  /** `Rust 0.978`: of the language that it goes with most. */
  private aurocText({ aurocs }: ListedFeature): string {
    const best = bestLanguage(aurocs);
    return best < 0 ? '–' : `${languageLabel(String(this.languages[best]))} ${fixed(aurocs[best] ?? 0, 3)}`;
  }
}

function labelOf({ label, ownLabel }: ListedFeature): string {
  return String(ownLabel ?? label);
}

/** `1.25%`: most are rare, so that two digits after the point are needed. */
export function densityText(density: number): string {
  return `${fixed(density * 100, 2)}%`;
}
