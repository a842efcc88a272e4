/**
 * The one door by which a string becomes HTML. A template tag escapes every value that is put into it, so markup can
 * only come from the source of this program, never from a model, a prompt or a file. It knows nothing of reports.
 */

/** Markup that is safe as it stands. Made by the tag {@link html} and, for constants of this program, {@link constant}. */
export class Html {
  /** Private to this module in effect: there is no other way to call it with text that was not escaped. */
  private constructor(readonly text: string) {}

  /** @internal */
  static of(text: string): Html {
    return new Html(text);
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. A list is joined without anything between; null, undefined and false are nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Markup with its values escaped: html`<p title="${text}">${text}</p>`. An attribute must be in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, i) => {
    text += render(value) + (parts[i + 1] ?? '');
  });
  return Html.of(text);
}

/** Text that is written in this program's source and holds no value: a style sheet. */
export function constant(parts: TemplateStringsArray): Html {
  return Html.of(parts.join(''));
}

/** Several pieces of content as one, with `between` in the gaps. */
export function join(contents: readonly Content[], between: Content = ''): Html {
  return Html.of(contents.map(render).join(render(between)));
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (isList(value)) return value.map(render).join('');
  return escapeHtml(String(value));
}

function isList(value: Content): value is readonly Content[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * `text` for an element or a quoted attribute. Characters that are not seen but change what is seen (controls, marks
 * that turn the direction of writing, invisible spaces, halves of pairs) are spelled out, so that a text cannot show
 * itself as another: U+202E becomes `⟨U+202E⟩`, a NUL its picture `␀`. Line feeds and tabs stay.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(MARKUP, (mark) => ENTITIES[mark] ?? '')
    .replace(INVISIBLE, spellOut);
}

const MARKUP = /[&<>"'`]/g;

/** Controls but tab and line feed, format characters but the joiner of emoji, separators of lines, lone surrogates. */
const INVISIBLE = /(?![\t\n\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function spellOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
