/**
 * Walks a JSON text that comes from a stranger. Unlike JSON.parse it notices a key that occurs twice, never builds more
 * than it is asked for, and refuses deep nesting: memory stays bounded by what the caller keeps. It knows JSON, and
 * nothing of safetensors.
 */
import { quoted } from '../quoted.ts';

/** What is wrong with the text; the reader makes a FormatError of it. */
export class JsonError extends Error {
  constructor(
    readonly reason: 'invalid-json' | 'duplicate-key' | 'limit-exceeded',
    message: string,
    /** In UTF-16 units from the start of the text. */
    readonly at: number,
  ) {
    super(message);
  }
}

const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const UNSIGNED = /^(?:0|[1-9][0-9]*)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const SPACES = ' \t\r\n';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class JsonCursor {
  #at = 0;

  constructor(readonly text: string) {}

  /** True, and past it, where this punctuation comes next. */
  take(punctuation: string): boolean {
    this.#skipSpace();
    if (!this.text.startsWith(punctuation, this.#at)) return false;
    this.#at += punctuation.length;
    return true;
  }

  expect(punctuation: string): void {
    if (!this.take(punctuation)) throw this.error(`expected ${punctuation}`);
  }

  /** Nothing but space may follow. */
  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.text.length) throw this.error('expected the end');
  }

  /** Reads an object; `readValue` must read the value of each key. Throws where a key occurs twice. */
  object(readValue: (key: string) => void): void {
    this.expect('{');
    if (this.take('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.string();
      if (seen.has(key)) throw new JsonError('duplicate-key', `the key ${quoted(key)} occurs twice`, this.#at);
      seen.add(key);
      this.expect(':');
      readValue(key);
    } while (this.take(','));
    this.expect('}');
  }

  /** Reads an array; `readItem` must read each item. */
  array(readItem: () => void): void {
    this.expect('[');
    if (this.take(']')) return;
    do readItem();
    while (this.take(','));
    this.expect(']');
  }

  string(): string {
    this.expect('"');
    const start = this.#at;
    let hasEscapes = false;
    for (let code = this.text.charCodeAt(this.#at); code !== QUOTE; code = this.text.charCodeAt(this.#at)) {
      // NaN, where the text ends, is not above the controls either.
      if (!(code >= 0x20)) throw this.error('a string that is not closed');
      hasEscapes ||= code === BACKSLASH;
      this.#at += code === BACKSLASH ? 2 : 1;
    }
    const inside = this.text.slice(start, this.#at++);
    return hasEscapes ? this.#unescape(inside) : inside;
  }

  /** Reads an integer that is not negative, exactly. */
  unsigned(): bigint {
    this.#skipSpace();
    const number = this.#match(NUMBER);
    if (number === undefined || number.length > 20 || !UNSIGNED.test(number)) {
      throw this.error('expected an unsigned integer');
    }
    return BigInt(number);
  }

  /** Reads an array of such integers, at most `limit` of them. */
  unsigneds(limit: number): bigint[] {
    const numbers: bigint[] = [];
    this.array(() => {
      if (numbers.length === limit) throw new JsonError('limit-exceeded', `more than ${limit} numbers`, this.#at);
      numbers.push(this.unsigned());
    });
    return numbers;
  }

  /** Steps over a value of any kind. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) throw new JsonError('limit-exceeded', 'nested too deeply', this.#at);
    this.#skipSpace();
    const next = this.text[this.#at];
    if (next === '{') this.object(() => this.skip(depth + 1));
    else if (next === '[') this.array(() => this.skip(depth + 1));
    else if (next === '"') this.string();
    else if ((this.#match(WORD) ?? this.#match(NUMBER)) === undefined) throw this.error('expected a value');
  }

  error(message: string): JsonError {
    return new JsonError('invalid-json', message, this.#at);
  }

  #unescape(inside: string): string {
    const value = parsedString(`"${inside}"`);
    if (value === undefined || LONE_SURROGATE.test(value)) throw this.error('a string with a bad escape');
    return value;
  }

  #skipSpace(): void {
    while (this.#at < this.text.length && SPACES.includes(this.text[this.#at])) this.#at++;
  }

  /** What the sticky pattern matches here, stepping over it; undefined where it does not match. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** The string that a literal stands for; undefined where it is none. */
function parsedString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
