/** What is compared: prompt, surface, both steerings and their strengths; the beginning and the end; cases that were kept. */
import {
  MAX_PROMPT_CHARACTERS,
  MAX_STRENGTH,
  STRENGTH_STEP,
  TOKEN_CHOICES,
} from '../../../src/protocol/panels/compare.ts';
import type { ComparePanel, CompareSettings, CompareSnapshot } from '../../../src/protocol/panels/compare.ts';
import type { CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import type { Client } from '../../../src/protocol/rpc.ts';
import { CaseControls } from '../../shared/caseControls.ts';
import type { PageParts } from '../../shared/page.ts';
import { ChosenSettings } from '../../shared/chosenSettings.ts';
import { el, setText, show, showOne } from '../../shared/dom.ts';
import { ProgressBar } from '../../shared/progress.ts';
import { fill } from '../../shared/strings.ts';
import { button, dropdown, slider, textArea, type Control, type Dropdown } from '../../shared/ui.ts';

/** The value of the choice that is no direction: no name of an artefact is empty. */
const NO_DIRECTION = '';
const SIDES = ['a', 'b'] as const;
type Side = (typeof SIDES)[number];

export class Controls {
  readonly element: HTMLElement;
  private readonly prompt;
  private readonly surface;
  private readonly tokens;
  private readonly sides;
  private readonly start;
  private readonly cancel;
  private readonly get;
  private readonly cases: CaseControls;
  private readonly origin = el('p', { class: 'hint' });
  private readonly notice = el('p', { class: 'notice' });
  private readonly problem = el('p', { class: 'problem', role: 'alert' });
  private readonly progress: ProgressBar;
  private readonly chosen: ChosenSettings<CompareSettings>;

  constructor(
    private readonly parts: PageParts<CompareWords>,
    private readonly host: Client<ComparePanel>,
  ) {
    this.chosen = new ChosenSettings(parts.tell);
    const { page } = parts.words;
    this.prompt = textArea({
      id: 'prompt',
      label: page.prompt,
      rows: 4,
      maxLength: MAX_PROMPT_CHARACTERS,
      onChange: (prompt) => this.choose({ prompt }),
    });
    this.surface = dropdown({
      id: 'surface',
      label: page.surface,
      onChange: (value) => this.choose({ surface: value === 'raw' ? 'raw' : 'answer' }),
    });
    this.tokens = dropdown({
      id: 'tokens',
      label: page.tokens,
      onChange: (value) => this.choose({ maxTokens: Number(value) }),
    });
    this.sides = { a: this.sideControls('a', page.sideA), b: this.sideControls('b', page.sideB) };
    this.start = button({ label: page.start, onClick: () => this.begin() });
    this.cancel = button({ label: page.cancel, isSecondary: true, onClick: () => this.ask(host.cancel({})) });
    this.get = button({ label: page.getModel, onClick: () => this.ask(host.getModel({})) });
    this.cases = new CaseControls(parts.words.cases, host, parts.tell);
    this.progress = new ProgressBar(page.title, this.parts.announcer);
    this.element = el('section', { class: 'rows' }, ...this.rows());
  }

  show(told: CompareSnapshot): void {
    const snapshot = this.chosen.heard(told);
    const { settings, work, model, problem, isCompletion, isStale } = snapshot;
    const { page } = this.parts.words;
    this.prompt.set(settings.prompt);
    this.surface.set(
      [
        { value: 'answer', label: page.answer },
        { value: 'raw', label: page.raw },
      ],
      settings.surface,
    );
    const counts = [...new Set([...TOKEN_CHOICES, settings.maxTokens])].sort((a, b) => a - b);
    this.tokens.set(
      counts.map((count) => ({ value: String(count), label: String(count) })),
      String(settings.maxTokens),
    );
    for (const side of SIDES) this.showSide(side, snapshot);
    const isMissing = model.state === 'missing';
    setText(this.start.element, isStale ? page.staleButton : page.start);
    const action = work !== undefined ? this.cancel : isMissing ? this.get : this.start;
    showOne(
      [this.start, this.cancel, this.get].map(({ element }) => element),
      action.element,
    );
    setText(this.origin, isCompletion ? page.fromCompletion : '');
    const notice = isMissing ? page.noModel : model.state === 'opening' ? page.opening : isStale ? page.stale : '';
    setText(this.notice, notice);
    show(this.notice, notice !== '');
    setText(this.problem, problem ?? '');
    show(this.problem, problem !== undefined);
    this.showWork(snapshot);
    this.cases.show(snapshot, snapshot.shownId !== undefined && work === undefined);
  }

  private rows(): HTMLElement[] {
    const { a, b } = this.sides;
    const row = (...controls: readonly Control[]): HTMLElement =>
      el('div', { class: 'controls' }, ...controls.map(({ element }) => element));
    return [
      row(this.prompt),
      this.origin,
      row(this.surface, this.tokens),
      row(a.direction, a.strength),
      row(b.direction, b.strength),
      row(this.start, this.cancel, this.get),
      this.notice,
      this.progress.element,
      this.problem,
      this.cases.element,
    ];
  }

  private sideControls(side: Side, label: string) {
    const { page } = this.parts.words;
    return {
      direction: dropdown({
        id: `direction-${side}`,
        label,
        onChange: (value) => this.changeSide(side, { direction: value === NO_DIRECTION ? null : value }, 'choose'),
      }),
      strength: slider({
        id: `strength-${side}`,
        label: fill(page.strength, label),
        ...{ min: 0, max: MAX_STRENGTH, step: STRENGTH_STEP },
        textOf: (value) => fill(page.strengthOf, value),
        onInput: (strength) => this.changeSide(side, { strength }, 'tune'),
      }),
    };
  }

  private showSide(side: Side, { settings, directions }: CompareSnapshot): void {
    const { direction, strength } = settings[side];
    const controls: { readonly direction: Dropdown } = this.sides[side];
    controls.direction.set(
      [
        { value: NO_DIRECTION, label: this.parts.words.page.off },
        // One of another surface can be chosen by nobody, and may be what a completion was steered by.
        ...directions
          .filter(({ name, surface }) => surface === settings.surface || name === direction)
          .map(({ name, label }) => ({ value: name, label })),
      ],
      direction ?? NO_DIRECTION,
    );
    this.sides[side].strength.set(strength);
    this.sides[side].strength.setDisabled(direction === null);
  }

  private showWork({ work }: CompareSnapshot): void {
    const { page } = this.parts.words;
    if (work === undefined) return this.progress.hide();
    const text = work.phase === '' ? page.starting : `${work.phase} · ${work.done} / ${work.total}`;
    this.progress.show(work.total === 0 ? 0 : work.done / work.total, text);
  }

  /** What was typed and not yet left counts too. */
  private begin(): void {
    const settings = this.chosen.value;
    if (!settings) return;
    const typed = { ...settings, prompt: this.prompt.text };
    const isSame = typed.prompt === settings.prompt;
    this.ask(isSame ? this.host.start({}) : this.host.choose(typed).then(() => this.host.start({})));
  }

  private changeSide(side: Side, change: Partial<CompareSettings['a']>, how: 'choose' | 'tune'): void {
    const settings = this.chosen.value;
    if (settings) this.choose({ [side]: { ...settings[side], ...change } }, how);
  }

  /** Also by the results, whose text is chosen. */
  choose(change: Partial<CompareSettings>, how: 'choose' | 'tune' = 'choose'): void {
    this.chosen.change(change, (settings) => this.host[how](settings));
  }

  private ask(call: Promise<null>): void {
    call.catch((error: unknown) => this.parts.tell(error));
  }
}
