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
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { el, setText } from './dom.ts';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

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

/** A button that looks like a link: for what is at hand and seldom wanted. */
export function linkButton(label: string, onClick: () => void): HTMLElement {
  const element = el('button', { class: 'link' }, label);
  element.type = 'button';
  element.addEventListener('click', onClick);
  return element;
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

interface TextOptions {
  readonly id: string;
  readonly label: string;
  /** Told when the user has left the field or pressed Enter, with what is written there. */
  readonly onChange: (value: string) => void;
  /** Of an area for several lines; absent for a field of one. */
  readonly rows?: number;
}

export interface TextControl extends Control {
  /** Shows a value, unless it is the one that was shown last: what is being written is not overwritten. */
  set(value: string): void;
  setLabel(label: string): void;
}

/** A field to write in, under its name. */
export function textField({ id, label, onChange, rows }: TextOptions): TextControl {
  const field = custom(rows === undefined ? 'vscode-text-field' : 'vscode-text-area');
  field.id = id;
  const name = el('span', {});
  setText(name, label);
  field.append(name);
  if (rows !== undefined) field.setAttribute('rows', String(rows));
  let shown: string | undefined;
  field.addEventListener('change', () => {
    shown = String(Reflect.get(field, 'value') ?? '');
    onChange(shown);
  });
  return {
    element: field,
    setDisabled: (isDisabled) => toggle(field, 'disabled', isDisabled),
    setLabel: (text) => setText(name, text),
    set(value) {
      // The toolkit draws later, where nobody could catch what a value of another type does.
      const text = String(value);
      if (text === shown) return;
      shown = text;
      Reflect.set(field, 'value', text);
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
  /** Shows a text, unless the user is writing one and has not left it. */
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
      // An element keeps its focus when the page has lost it to an editor, where another text is chosen.
      const isWriting = area.value !== shown && document.activeElement === area && document.hasFocus();
      shown = String(text);
      if (area.value !== shown && !isWriting) area.value = shown;
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
