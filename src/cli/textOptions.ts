/** The options of the verbs that read one text, and that text as the engine takes it. */
import { Option } from 'commander';
import type { TextParams } from '../protocol/engineService.ts';
import * as field from '../protocol/fields.ts';
import { readText } from './input.ts';
import { textOption } from './options.ts';

export interface TextFlags {
  readonly text?: string;
  readonly file?: string;
  readonly special: boolean;
}

export function textOptions(): Option[] {
  return [
    textOption('--text <text>', field.text, 'the text, exactly as it is'),
    textOption('--file <file>', field.someText, 'a UTF-8 file with the text, read exactly'),
    new Option('--special', 'recognise special tokens that are written in the text').default(false),
  ];
}

export async function readTextParams(flags: TextFlags): Promise<TextParams> {
  return { text: await readText(flags), special: flags.special };
}
