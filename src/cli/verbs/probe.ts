/** `probe`: how well each layer tells the languages of a contrast apart, on tasks that were held out. */
import { findLanguage, languagePair } from '../../core/language/languages.ts';
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
import { bestLayer } from '../../core/probes/study.ts';
import { UsageError } from '../../core/errors.ts';

interface Flags {
  readonly artefact?: string;
  readonly target?: string;
  readonly source?: string;
  readonly languages?: string;
  readonly hook: string;
}

export const probeVerb = defineVerb<Flags>({
  name: 'probe',
  summary: 'Per layer, how well a linear probe tells the languages apart on held-out tasks',
  examples: [
    '--artefact dim-cpp',
    '--target rust --source python --hook resid_mid --json',
    '--languages python,cpp,java,javascript,rust,go --hook attn.hook_z',
  ],
  options: [
    textOption('--artefact <name>', field.someText, 'the artefact whose contrast is probed'),
    textOption('--target <language>', field.someText, 'one language of the contrast'),
    textOption('--source <language>', field.someText, 'the other (default: python)'),
    textOption('--languages <languages>', field.someText, 'two or more languages, in place of target and source'),
    textOption('--hook <hook>', field.someText, 'the place in a block, without its hook_').default(DEFAULT_PROBE_HOOK),
  ],
  async run(options, cli) {
    const params = probeParams(options);
    const result = await withModel(cli, options, ({ engine, calls }) => engine.probe(params, calls));
    if (options.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function probeParams({ artefact, target, source, languages, hook, seed }: Flags & CommonOptions): ProbeParams {
  const { name, value } = exactlyOne({ '--artefact': artefact, '--target': target, '--languages': languages });
  if (name === '--target') return { ...languagePair(value, source ?? DEFAULT_SOURCE_LANGUAGE), hook, seed };
  if (source !== undefined) throw new UsageError('conflicting-options', '--source needs --target');
  if (name === '--languages')
    return { languages: value.split(',').map((one) => findLanguage(one.trim()).id), hook, seed };
  return { artefact: value, hook, seed };
}

const BAR_WIDTH = 20;
const ALIGNED = ['right', 'left', 'left', 'left', 'right'] as const;

function print({ labels, n, layers, embedding, askedFor, position }: ProbeResult, output: Output): void {
  const head = ['layer', '', 'accuracy', 'class means', 'shuffled'];
  const row = (name: string, { accuracy, centroids, shuffled }: ProbeLayer): string[] => [
    name,
    bar(accuracy[0], BAR_WIDTH),
    interval(accuracy),
    centroids === undefined ? '' : interval(centroids),
    shuffled.toFixed(2),
  ];
  const rows = (probed: readonly ProbeLayer[]): string[][] => probed.map((layer) => row(String(layer.layer), layer));
  output.lines(
    `${labels.map(plain).join(', ')}: ${n} held out; always saying the commonest is right in ${embedding.majority.toFixed(2)}`,
    '',
    output.bold(`Written so far (${plain(position)}); the layers must beat the embedding`),
    ...table([head, row('embedding', embedding), ...rows(layers)], ALIGNED),
    '',
    output.bold('Asked for (the last token of a prompt that names the language)'),
    ...table([head, ...rows(askedFor)], ALIGNED),
    ...confusionLines(labels, layers, output),
  );
}

/** Which language was taken for which at the best layer, where there are more than two: two say no more than their accuracy. */
function confusionLines(labels: readonly string[], layers: readonly ProbeLayer[], output: Output): string[] {
  const layer = bestLayer(layers);
  if (labels.length < 3 || layer?.confusion === undefined) return [];
  const rows = layer.confusion.map((counts, i) => [plain(labels[i] ?? ''), ...counts.map(String)]);
  return [
    '',
    output.bold(`Written so far, layer ${layer.layer}: rows are the language, columns what the probe says`),
    ...table([['', ...labels.map(plain)], ...rows], ['left', ...labels.map(() => 'right' as const)]),
  ];
}
