/**
 * Reads what the user hands over: texts, prompts, the two sides of a contrast. Bytes are taken as they are, nothing is
 * trimmed, and what is wrong is told with file and line. Knows nothing of models.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { FormatError, UsageError } from '../core/errors.ts';
import { quoted } from '../core/format/quoted.ts';
import { explained } from '../files/fileErrors.ts';
import type { Contrast, Prompt } from '../protocol/engineService.ts';
import { exactlyOne } from './options.ts';

export interface TextSource {
  readonly text?: string;
  readonly file?: string;
}

/** Prompts, and the id that each was given with: JSON may have it as a number, the engine's ids are strings. */
export interface PromptSet {
  readonly prompts: readonly Prompt[];
  originalId(id: string): string | number;
}

/** A text of this size is millions of tokens: surely not what was meant. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** `--text` as it is, or all of `--file`. */
export async function readText({ text, file }: TextSource): Promise<string> {
  const { name, value } = exactlyOne({ '--text': text, '--file': file });
  return name === '--text' ? value : readUtf8(value);
}

/**
 * The text of a file, whole: byte order mark, CRLF and the last line break are kept.
 *
 * @throws StoreError where it cannot be read; FormatError `not-utf8` (with the byte), `too-large`.
 */
export async function readUtf8(file: string): Promise<string> {
  const { size } = await explained('read', file, () => fs.stat(file));
  if (size > MAX_TEXT_BYTES) {
    const message = `${file} has ${size} bytes; a text may have ${MAX_TEXT_BYTES}`;
    throw new FormatError('too-large', message, 'Give a smaller file.');
  }
  const bytes = await explained('read', file, () => fs.readFile(file));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const advice = 'Convert it to UTF-8: iconv -f OLD -t UTF-8 FILE.';
    throw new FormatError('not-utf8', `${file} is not UTF-8`, advice, firstBadByte(bytes));
  }
}

/** `--prompt` as the one prompt, or the `{"id", "prompt"}` lines of `--prompts`. */
export async function readPrompts(options: { prompt?: string; prompts?: string }): Promise<PromptSet> {
  const { name, value } = exactlyOne({ '--prompt': options.prompt, '--prompts': options.prompts });
  if (name === '--prompts') return readPromptFile(value);
  if (value === '') throw new UsageError('empty-prompt', 'the prompt is empty', 'Give --prompt some text.');
  return { prompts: [{ id: 'prompt', prompt: value }], originalId: (id) => id };
}

/** The prompts of a JSONL file, in its order. @throws FormatError that names the line */
export async function readPromptFile(file: string): Promise<PromptSet> {
  const ids = new Map<string, string | number>();
  const prompts = jsonLines(await readUtf8(file), file).map(({ value, where }) => {
    const { id, prompt } = value;
    if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || id === '') {
      throw new FormatError('bad-prompts', `${where}: "id" must be a text or a whole number`, JSONL_ADVICE);
    }
    const given = id as string | number;
    if (ids.has(String(given))) {
      const message = `${where}: the id ${quoted(String(given))} was used before`;
      throw new FormatError('bad-prompts', message, 'Give every prompt an id of its own.');
    }
    ids.set(String(given), given);
    return { id: String(given), prompt: promptText(prompt, where) };
  });
  if (prompts.length === 0) throw new FormatError('no-prompts', `${file} holds no prompt`, JSONL_ADVICE);
  return { prompts, originalId: (id) => ids.get(id) ?? id };
}

/** The two sides of a contrast: two files of prompts, one a line or JSONL, or two folders of files. */
export async function readContrast(positive: string, negative: string): Promise<Contrast> {
  const [isFolder, isOtherFolder] = await Promise.all([positive, negative].map(isDirectory));
  if (isFolder !== isOtherFolder) {
    const message = '--positive and --negative are a file and a folder';
    throw new UsageError('mixed-contrast', message, 'Give two files of prompts, or two folders of files.');
  }
  const read = isFolder ? readFolder : readPromptLines;
  return { kind: 'prompts', positive: await read(positive), negative: await read(negative) };
}

async function isDirectory(name: string): Promise<boolean> {
  return (await explained('read', name, () => fs.stat(name))).isDirectory();
}

/** Every file of a folder as a prompt, in the order of the names. Hidden files are none of the user's prompts. */
async function readFolder(folder: string): Promise<string[]> {
  const entries = await explained('read', folder, () => fs.readdir(folder, { withFileTypes: true }));
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name);
  const files = names.sort().map((name) => path.join(folder, name));
  if (files.length === 0) throw new FormatError('no-prompts', `${folder} holds no file`, 'Put a prompt in each file.');
  const prompts: string[] = [];
  for (const file of files) prompts.push(promptText(await readUtf8(file), file));
  return prompts;
}

/** JSONL where the name says so or every line is an object with a prompt; otherwise each line that is not blank. */
async function readPromptLines(file: string): Promise<string[]> {
  const text = await readUtf8(file);
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length === 0) throw new FormatError('no-prompts', `${file} holds no prompt`, 'Write one prompt a line.');
  if (!/\.(jsonl|ndjson)$/i.test(file) && !filled.every(isPromptObject)) return filled;
  return jsonLines(text, file).map(({ value, where }) => promptText(value.prompt, where));
}

interface JsonLine {
  readonly value: { readonly id?: unknown; readonly prompt?: unknown };
  /** File and line, for messages. */
  readonly where: string;
}

const JSONL_ADVICE = 'Each line must be like {"id": "a", "prompt": "Write a function that ..."}.';

/** The objects of the lines that are not blank. */
function jsonLines(text: string, file: string): JsonLine[] {
  // JSON knows no byte order mark, but editors write one.
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const where = `${file}, line ${i + 1}`;
    const value = parseJson(line);
    if (value === undefined) throw new FormatError('bad-prompts', `${where}: not JSON`, JSONL_ADVICE);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FormatError('bad-prompts', `${where}: not a JSON object`, JSONL_ADVICE);
    }
    return [{ value, where }];
  });
}

function promptText(prompt: unknown, where: string): string {
  if (typeof prompt !== 'string') {
    throw new FormatError('bad-prompts', `${where}: "prompt" must be a text`, JSONL_ADVICE);
  }
  if (prompt === '') throw new FormatError('empty-prompt', `${where}: the prompt is empty`, 'Write one, or remove it.');
  if (/\p{Cs}/u.test(prompt)) {
    const message = `${where}: the prompt holds half of a surrogate pair, which is no character`;
    throw new FormatError('bad-prompts', message, 'Write the character itself, or both of its \\u escapes.');
  }
  return prompt;
}

function isPromptObject(line: string): boolean {
  const value = parseJson(line);
  return typeof value === 'object' && value !== null && 'prompt' in value && typeof value.prompt === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the first character begins that is none: the end of the longest good prefix, found by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), { stream: true })) good = middle;
    else bad = middle;
  }
  // With `stream`, a prefix may end within a character: that one has to go.
  while (!decodes(bytes.subarray(0, good))) good--;
  return good;
}

function decodes(bytes: Uint8Array, options: { readonly stream?: boolean } = {}): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
