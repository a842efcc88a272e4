/** Steering by the feature that is open: what is done with it, how much, and keeping that as a direction. */
import { FEATURE_OPS, isDosed, usualValue, type FeatureOp } from '../../../src/core/sae/featureSteering.ts';
import type { FeatureSteering } from '../../../src/protocol/panels/sae.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import { el, setText, show } from '../../shared/dom.ts';
import { button, dropdown, textField } from '../../shared/ui.ts';

export interface SteerActions {
  readonly choose: (steering: FeatureSteering) => void;
  readonly steer: (feature: number) => void;
}

export class SteerControls {
  readonly element: HTMLElement;
  private readonly op;
  private readonly value;
  private readonly explained = el('p', { class: 'hint' });
  private steering: FeatureSteering | undefined;
  private feature: { readonly index: number; readonly max: number } | undefined;

  constructor(
    private readonly words: SaeWords,
    actions: SteerActions,
  ) {
    const { steering } = words;
    this.op = dropdown({
      id: 'op',
      label: steering.op,
      onChange: (value) => {
        const op = FEATURE_OPS.find((one) => one === value) ?? 'add';
        actions.choose({ op, value: usualValue(op, this.feature?.max ?? 0) });
      },
    });
    this.value = textField({
      id: 'value',
      label: steering.dose,
      onChange: (value) => {
        if (this.steering) actions.choose({ op: this.steering.op, value: Number(value) });
      },
    });
    const steer = button({
      label: steering.steer,
      onClick: () => {
        if (this.feature) actions.steer(this.feature.index);
      },
    });
    this.element = el(
      'section',
      { class: 'steer' },
      el('h2', {}, steering.title),
      el('p', { class: 'hint' }, steering.note),
      el('div', { class: 'controls' }, this.op.element, this.value.element, steer.element),
      this.explained,
    );
  }

  /** @param feature the one that is open */
  showFeature(feature: { readonly index: number; readonly max: number }): void {
    this.feature = feature;
  }

  show(chosen: FeatureSteering): void {
    this.steering = chosen;
    const { steering } = this.words;
    const { op, value } = chosen;
    this.op.set(
      FEATURE_OPS.map((one) => ({ value: one, label: steering[one] })),
      op,
    );
    this.value.set(String(value));
    this.value.setLabel(unitOf(op, steering));
    show(this.value.element, op !== 'ablate');
    setText(this.explained, steering[`${op}Note`]);
  }
}

function unitOf(op: FeatureOp, { dose, activation, factor }: SaeWords['steering']): string {
  if (isDosed(op)) return dose;
  return op === 'clamp' ? activation : factor;
}
