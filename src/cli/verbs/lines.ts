/** `lines`: which language the model holds a text to be in, line by line or token by token; and the probe that says it. */
import { Option } from 'commander';
import { PROBED_TOKENS } from '../../protocol/defaults.ts';
import type { LinesParams, LinesResult } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { UsageError } from '../../core/errors.ts';
import { defineVerb } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { readText } from '../input.ts';
import { manifestLines } from '../manifestText.ts';
import { textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import type { Align } from '../table.ts';

interface Flags {
  readonly text?: string;
  readonly file?: string;
  readonly tokens: boolean;
  readonly fit: boolean;
}

export const linesVerb = defineVerb<Flags>({
  name: 'lines',
  summary: 'Which language the model holds each line, or each token, of a text to be in',
  examples: ['--file main.cpp', '--file main.cpp --tokens --json', '--fit'],
  options: [
    textOption('--text <text>', field.text, 'the text, exactly as it is'),
    textOption('--file <file>', field.someText, 'a UTF-8 file with the text, read exactly'),
    new Option('--tokens', 'tell of each token too').default(false),
    new Option('--fit', 'make the probe of languages, for a model that none ships for; takes minutes').default(false),
  ],
  async run(options, cli) {
    if (options.fit) return fit(options, cli);
    const text = await readText(options);
    const params: LinesParams = { text, maxTokens: PROBED_TOKENS, ...(options.tokens ? { perToken: true } : {}) };
    const result = await withModel(cli, options, ({ engine, calls }) => engine.lines(params, calls));
    if (options.json) cli.output.json(result);
    else print(text, result, cli.output);
  },
});

async function fit(options: Flags & CommonOptions, cli: Cli): Promise<void> {
  if (options.text !== undefined || options.file !== undefined || options.tokens)
    throw new UsageError('conflicting-options', '--fit reads no text', 'Fit first, then give the text.');
  const manifest = await withModel(cli, options, ({ engine, calls, model: { fingerprint } }) =>
    // A name for each model, as the editor gives it: another model's probe is not replaced.
    engine.fitLines({ name: `languages-${fingerprint.slice(0, 12)}`, replace: true, seed: options.seed }, calls),
  );
  if (options.json) cli.output.json(manifest);
  else cli.output.lines(...manifestLines(manifest));
}

function print(text: string, { languages, lines, perToken = [], leftOut, probe }: LinesResult, output: Output): void {
  const source = text.split('\n');
  const head = ['line', ...languages.map(plain), 'text'];
  const aligned: readonly Align[] = ['right', ...languages.map((): Align => 'right')];
  const row = (line: number, scores: readonly number[], words: string): string[] => [
    String(line + 1),
    ...scores.map((score) => score.toFixed(2)),
    plain(words),
  ];
  const byLine = lines.map(({ line, scores }) => row(line, scores, source[line] ?? ''));
  const byToken = perToken.map(({ line, scores, start, end }) => row(line, scores, text.slice(start, end)));
  output.lines(
    `Probe ${plain(probe.name)} at layer ${probe.layer}; a text in any other language gets the one it is most like.`,
    ...(leftOut.tokens > 0 ? [`The first ${leftOut.tokens} tokens were not read.`] : []),
    '',
    ...table([head, ...byLine], aligned),
    ...(byToken.length > 0 ? ['', output.bold('By token'), ...table([head, ...byToken], aligned)] : []),
  );
}
