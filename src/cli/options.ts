/**
 * The options that verbs share, and how a value is read: strictly, by the same schemas that the engine checks calls by.
 * Only declares and parses; what an option does is for its verb.
 */
import os from 'node:os';
import { Option } from 'commander';
import * as v from 'valibot';
import { UsageError } from '../core/errors.ts';
import { quoted } from '../core/format/quoted.ts';
import { DEFAULT_MODEL_NAME } from '../protocol/defaults.ts';
import type { Precision, SteerChoice } from '../protocol/engineService.ts';
import * as field from '../protocol/fields.ts';

/** What every verb takes. */
export interface CommonOptions {
  readonly model: string;
  readonly precision: Precision;
  readonly threads: number;
  readonly seed: number;
  readonly store?: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

const MAX_THREADS = 1024;

export function commonOptions(): Option[] {
  return [
    textOption('--model <path|name>', field.someText, 'a .gguf file, or a model that is known by name').default(
      DEFAULT_MODEL_NAME,
    ),
    new Option(
      '--precision <precision>',
      'exact: float32 arithmetic; fast: the weights stay in 4 bits; int8: as fast, answers with 8-bit activations',
    )
      .choices(field.PRECISIONS)
      .default('fast'),
    numberOption('--threads <n>', field.threads, 'threads to compute with').default(
      Math.min(os.availableParallelism(), MAX_THREADS),
      'all processors',
    ),
    numberOption('--seed <s>', field.seed, 'what randomness starts from').default(0),
    textOption('--store <folder>', field.someText, 'the artefact store, in place of the one in STEERSCOPE_HOME'),
    new Option('--json', 'print one JSON document to stdout and nothing else there').default(false),
    new Option('--verbose', 'print the log of the engine to stderr').default(false),
  ];
}

/** An option whose value is a number that the schema accepts. */
export function numberOption(flags: string, schema: v.GenericSchema<unknown, number>, description: string): Option {
  const option = new Option(flags, description);
  return option.argParser((value: string) => parseField(flags, schema, parseNumber(value), value));
}

/** An option whose value is a text that the schema accepts. */
export function textOption(flags: string, schema: v.GenericSchema<unknown, string>, description: string): Option {
  return new Option(flags, description).argParser((value: string) => parseField(flags, schema, value, value));
}

/** A text option without which the verb does not run. */
export function requiredText(flags: string, schema: v.GenericSchema<unknown, string>, description: string): Option {
  return textOption(flags, schema, description).makeOptionMandatory();
}

/** A text option that may be given several times; its value is the list of all. */
export function listOption<T>(flags: string, description: string, parse: (value: string) => T): Option {
  // The first call gets the default, which is not to be added to.
  return new Option(flags, description)
    .default([], 'none')
    .argParser((value: string, earlier: readonly T[]) => [...earlier, parse(value)]);
}

export const TOP_OPTION = (): Option =>
  numberOption('--top <n>', field.top, 'how many tokens of each distribution').default(5);

export function stopText(value: string): string {
  return parseField('--stop', field.someText, value, value);
}

/** `NAME` or `NAME=S`. A name holds no `=`, so the first one ends it. */
export function steerChoice(value: string): SteerChoice {
  const [, name = '', strength] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  if (name === '') {
    throw new UsageError('bad-option', `--steer ${quoted(value)} names no artefact`, 'Give NAME, or NAME=STRENGTH.');
  }
  if (strength === undefined) return { name, strength: 1 };
  return { name, strength: parseField(`--steer ${name}`, field.strength, parseNumber(strength), strength) };
}

/**
 * The one of several options that was given, with its name.
 *
 * @throws UsageError where none was, or more than one.
 */
export function exactlyOne(options: Readonly<Record<string, string | undefined>>): { name: string; value: string } {
  const names = Object.keys(options);
  const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  const [first, ...others] = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  if (first === undefined) throw new UsageError('missing-option', `one of ${listed} is needed`);
  if (others.length > 0)
    throw new UsageError('conflicting-options', `give one of ${listed}, not ${names.length > 2 ? 'several' : 'both'}`);
  return first;
}

/** A decimal number, or NaN. `Number` alone takes "", " 1", "0x10" and "Infinity" too. */
export function parseNumber(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

/** @throws UsageError `bad-option` that names the option and what it was given */
export function parseField<T>(flags: string, schema: v.GenericSchema<unknown, T>, value: unknown, given: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const name = flags.replace(/ <.*/, '');
  throw new UsageError('bad-option', `${name} ${result.issues[0].message}; it was given ${quoted(given)}`);
}
