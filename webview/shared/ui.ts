/**
 * The controls, in the editor's look. The one file that knows the toolkit they come from, so that another one can take
 * its place: the toolkit is no longer developed.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { el, setText } from './dom.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

export interface Control {
  readonly element: HTMLElement;
  setDisabled(isDisabled: boolean): void;
}

interface ButtonOptions {
  readonly label: string;
  readonly isSecondary?: boolean;
  readonly onClick: () => void;
}

export function button({ label, isSecondary = false, onClick }: ButtonOptions): Control {
  const element = custom('vscode-button');
  element.setAttribute('appearance', isSecondary ? 'secondary' : 'primary');
  element.textContent = label;
  element.addEventListener('click', onClick);
  return { element, setDisabled: (isDisabled) => toggle(element, 'disabled', isDisabled) };
}

interface CheckboxOptions {
  readonly label: string;
  readonly onChange: (isChecked: boolean) => void;
}

export interface Checkbox extends Control {
  set(isChecked: boolean): void;
}

export function checkbox({ label, onChange }: CheckboxOptions): Checkbox {
  const element = custom('vscode-checkbox');
  element.textContent = label;
  let isSetting = false;
  element.addEventListener('change', () => {
    if (!isSetting) onChange(Reflect.get(element, 'checked') === true);
  });
  return {
    element,
    setDisabled: (isDisabled) => toggle(element, 'disabled', isDisabled),
    set(isChecked) {
      isSetting = true;
      // The toolkit draws later, where nobody could catch what a value of another type does.
      Reflect.set(element, 'checked', isChecked === true);
      isSetting = false;
    },
  };
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface DropdownOptions {
  readonly id: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
}

export interface Dropdown extends Control {
  /** Shows these choices with this one taken. Nothing happens where they are the same as before. */
  set(choices: readonly Choice[], value: string): void;
}

/** A list to choose from, under its name. */
export function dropdown({ id, label, onChange }: DropdownOptions): Dropdown {
  const list = custom('vscode-dropdown');
  list.id = id;
  const name = el('label', { id: `${id}-name` }, label);
  name.setAttribute('for', id);
  list.setAttribute('aria-labelledby', `${id}-name`);
  let shown = '';
  list.addEventListener('change', () => onChange(String(Reflect.get(list, 'value') ?? '')));
  return {
    element: el('div', { class: 'field' }, name, list),
    setDisabled: (isDisabled) => toggle(list, 'disabled', isDisabled),
    set(choices, value) {
      const wanted = JSON.stringify(choices);
      if (wanted !== shown) {
        list.replaceChildren(
          ...choices.map((choice) => {
            const option = custom('vscode-option');
            option.setAttribute('value', choice.value);
            setText(option, choice.label);
            return option;
          }),
        );
        shown = wanted;
      }
      // After the toolkit has seen the new options.
      queueMicrotask(() => {
        if (Reflect.get(list, 'value') !== value) Reflect.set(list, 'value', value);
      });
    },
  };
}

interface TextAreaOptions {
  readonly id: string;
  readonly label: string;
  readonly rows: number;
  readonly maxLength: number;
  /** Told when the text is left, or Enter is pressed with Ctrl or Cmd. */
  readonly onChange: (text: string) => void;
}

export interface TextArea extends Control {
  /** Shows a text, unless the user is writing one. */
  set(text: string): void;
  /** What stands there now. */
  readonly text: string;
}

/** Text of several lines, under its name. The browser's own, as the toolkit's cannot be told what was typed and not yet left. */
export function textArea({ id, label, rows, maxLength, onChange }: TextAreaOptions): TextArea {
  const area = el('textarea', { id });
  area.rows = rows;
  area.maxLength = maxLength;
  area.spellcheck = false;
  area.addEventListener('change', () => onChange(area.value));
  const name = el('label', {}, label);
  name.htmlFor = id;
  let shown = '';
  return {
    element: el('div', { class: 'field wide' }, name, area),
    setDisabled: (isDisabled) => (area.disabled = isDisabled),
    set(text) {
      if (text === shown) return;
      shown = String(text);
      if (area.value !== shown && document.activeElement !== area) area.value = shown;
    },
    get text() {
      return area.value;
    },
  };
}

interface SliderOptions {
  readonly id: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** How a value is written: `×1.25`. */
  readonly textOf: (value: number) => string;
  /** Told of every move. */
  readonly onInput: (value: number) => void;
}

export interface Slider extends Control {
  /** Shows a value, unless the user is moving the slider. One outside of the range stands at its end, and is written as it is. */
  set(value: number): void;
}

/** A number between two ends, under its name, with its value beside it. */
export function slider({ id, label, min, max, step, textOf, onInput }: SliderOptions): Slider {
  const input = el('input', { id });
  input.type = 'range';
  [input.min, input.max, input.step] = [min, max, step].map(String);
  const name = el('label', {}, label);
  name.htmlFor = id;
  const value = el('output', { class: 'slider-value' });
  const write = (number: number): void => {
    setText(value, textOf(number));
    input.setAttribute('aria-valuetext', textOf(number));
  };
  let shown: number | undefined;
  input.addEventListener('input', () => {
    shown = Number(input.value);
    write(shown);
    onInput(shown);
  });
  return {
    element: el('div', { class: 'field' }, name, el('div', { class: 'slider' }, input, value)),
    setDisabled: (isDisabled) => (input.disabled = isDisabled),
    set(number) {
      if (number === shown) return;
      shown = number;
      input.value = String(number);
      write(number);
    },
  };
}

function custom(tag: `vscode-${string}`): HTMLElement {
  return document.createElement(tag);
}

function toggle(element: HTMLElement, attribute: string, isSet: boolean): void {
  if (element.hasAttribute(attribute) !== isSet) element.toggleAttribute(attribute, isSet);
}
