/** Where in the model the value is changed, what is done to it, and which tokens are compared. */
import { SITE_KINDS, SITE_NAMES, type SiteName } from '../../../src/core/graph/interventionSites.ts';
import { MOST_CONTINUED } from '../../../src/protocol/interventionTypes.ts';
import { CHANGE_KINDS } from '../../../src/protocol/panels/intervene.ts';
import type { ChangeKind, InterveneSnapshot, TokenPieces } from '../../../src/protocol/panels/intervene.ts';
import type { InterveneWords } from '../../../src/protocol/panels/interveneWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { fill } from '../../shared/strings.ts';
import { TokenStrip } from '../../shared/tokenStrip.ts';
import { dropdown, textField } from '../../shared/ui.ts';
import type { Choose } from './subjectControls.ts';

/** Shown until the model is open and says how many it has. */
const UNKNOWN_LAYERS = 1;

export class ChangeControls {
  readonly element: HTMLElement;
  private readonly layer;
  private readonly hook;
  private readonly index;
  private readonly change;
  private readonly factor;
  private readonly source;
  private readonly strip: TokenStrip;
  private readonly first;
  private readonly second;
  private readonly continued;
  private readonly noSource = el('p', { class: 'notice' });
  private tokens: readonly [string, string] = ['', ''];

  constructor(
    private readonly words: InterveneWords,
    choose: Choose,
  ) {
    const { page } = words;
    const number = (id: string, label: string, take: (value: number) => void) =>
      textField({ id, label, onChange: (value) => take(Number(value)) });
    this.layer = dropdown({ id: 'layer', label: page.layer, onChange: (value) => choose({ layer: Number(value) }) });
    this.hook = dropdown({
      id: 'hook',
      label: page.hook,
      onChange: (value) => choose({ hook: value as SiteName, index: null }),
    });
    this.index = textField({
      id: 'index',
      label: page.head,
      onChange: (value) => choose({ index: value.trim() === '' ? null : Number(value) }),
    });
    this.change = dropdown({
      id: 'change',
      label: page.change,
      onChange: (value) => choose({ change: value as ChangeKind }),
    });
    this.factor = number('factor', page.factor, (factor) => choose({ factor }));
    this.source = textField({ id: 'source', label: page.source, rows: 3, onChange: (source) => choose({ source }) });
    this.strip = new TokenStrip({
      id: 'source-tokens',
      label: page.sourceToken,
      hint: page.tokensHint,
      onChoose: (sourcePosition) => choose({ sourcePosition }),
    });
    this.first = textField({
      id: 'first',
      label: page.compared,
      onChange: (first) => choose({ tokens: [first, this.tokens[1]] }),
    });
    this.second = textField({
      id: 'second',
      label: page.with,
      onChange: (second) => choose({ tokens: [this.tokens[0], second] }),
    });
    this.continued = dropdown({
      id: 'continued',
      label: page.continued,
      onChange: (value) => choose({ continued: Number(value) }),
    });
    setText(this.noSource, page.noSource);
    const row = (...controls: readonly { readonly element: HTMLElement }[]): HTMLElement =>
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    this.element = el(
      'section',
      {},
      row(this.layer, this.hook, this.index, this.change, this.factor),
      this.source.element,
      this.noSource,
      this.strip.element,
      row(this.first, this.second, this.continued),
      el('p', { class: 'hint' }, page.comparedHint),
    );
  }

  /** @param sourcePieces of the source, as far as they have come */
  show({ settings, model, tokens, sourceTokens, work }: InterveneSnapshot, sourcePieces: TokenPieces): void {
    const { page, hooks, changes } = this.words;
    const { layer, hook, index, change, factor, source, sourcePosition, position, continued } = settings;
    this.tokens = settings.tokens;
    const layers = Math.max(model.layers ?? UNKNOWN_LAYERS, layer + 1);
    this.layer.set(numbers(0, Math.min(layers, 1000) - 1), String(layer));
    this.hook.set(
      SITE_NAMES.map((name) => ({ value: name, label: hooks[name] })),
      hook,
    );
    this.change.set(
      CHANGE_KINDS.map((kind) => ({ value: kind, label: changes[kind] })),
      change,
    );
    this.continued.set(numbers(0, MOST_CONTINUED), String(continued));
    const hasParts = 'part' in SITE_KINDS[hook];
    show(this.index.element, hasParts);
    this.index.setLabel(hook === 'z' ? fill(page.head, (model.heads ?? 1) - 1) : page.neuron);
    this.index.set(index === null ? '' : String(index));
    show(this.factor.element, change === 'scale');
    this.factor.set(String(factor));
    const isPatch = change === 'patch';
    show(this.source.element, isPatch);
    this.source.set(source);
    show(this.noSource, isPatch && source === '');
    const count = sourceTokens?.count ?? 0;
    const matched = (position < 0 ? position : position - (tokens?.count ?? 0)) + count;
    const from = sourcePosition ?? matched;
    this.strip.set(isPatch ? sourcePieces : [], from < 0 ? from + count : from);
    const [first, second] = settings.tokens;
    this.first.set(first);
    this.second.set(second);
    const controls = [this.layer, this.hook, this.index, this.change, this.factor, this.source];
    for (const control of [...controls, this.first, this.second, this.continued])
      control.setDisabled(work !== undefined);
  }
}

function numbers(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ value: String(from + i), label: String(from + i) }));
}
