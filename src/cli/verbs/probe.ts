/** `probe`: how well each layer tells the languages of a contrast apart, on tasks that were held out. */
import { languagePair } from '../../core/language/languages.ts';
import { DEFAULT_PROBE_HOOK, DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import type { ProbeLayer, ProbeParams, ProbeResult } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { exactlyOne, textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';
import { plain } from '../plainText.ts';
import type { Output } from '../output.ts';
import { withModel } from '../session.ts';
import { bar, interval, table } from '../table.ts';
import { UsageError } from '../../core/errors.ts';

interface Flags {
  readonly artefact?: string;
  readonly target?: string;
  readonly source?: string;
  readonly hook: string;
}

export const probeVerb = defineVerb<Flags>({
  name: 'probe',
  summary: 'Per layer, how well a linear probe tells the languages apart on held-out tasks',
  examples: ['--artefact gact-cpp', '--target rust --source python --hook resid_mid --json'],
  options: [
    textOption('--artefact <name>', field.someText, 'the artefact whose contrast is probed'),
    textOption('--target <language>', field.someText, 'one language of the contrast'),
    textOption('--source <language>', field.someText, 'the other (default: python)'),
    textOption('--hook <hook>', field.someText, 'the place in a block, without its hook_').default(DEFAULT_PROBE_HOOK),
  ],
  async run(options, cli) {
    const params = probeParams(options);
    const result = await withModel(cli, options, ({ engine, calls }) => engine.probe(params, calls));
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function probeParams({ artefact, target, source, hook, seed }: Flags & CommonOptions): ProbeParams {
  const { name, value } = exactlyOne({ '--artefact': artefact, '--target': target });
  if (name === '--target') return { ...languagePair(value, source ?? DEFAULT_SOURCE_LANGUAGE), hook, seed };
  if (source !== undefined) throw new UsageError('conflicting-options', '--source needs --target');
  return { artefact: value, hook, seed };
}

const BAR_WIDTH = 20;

function print({ labels, n, layers, embedding, askedFor, position }: ProbeResult, output: Output): void {
  const head = ['layer', '', 'accuracy', 'shuffled'];
  const row = (name: string, { accuracy, shuffled }: ProbeLayer): string[] => [
    name,
    bar(accuracy[0], BAR_WIDTH),
    interval(accuracy),
    shuffled.toFixed(2),
  ];
  const rows = (probed: readonly ProbeLayer[]): string[][] => probed.map((layer) => row(String(layer.layer), layer));
  output.lines(
    `${labels.map(plain).join(', ')}: ${n} held out; always saying the commonest is right in ${embedding.majority.toFixed(2)}`,
    '',
    output.bold(`Written so far (${plain(position)}); the layers must beat the embedding`),
    ...table([head, row('embedding', embedding), ...rows(layers)], ['right', 'left', 'left', 'right']),
    '',
    output.bold('Asked for (the last token of a prompt that names the language)'),
    ...table([head, ...rows(askedFor)], ['right', 'left', 'left', 'right']),
  );
}
