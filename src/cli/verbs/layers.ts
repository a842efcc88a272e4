/** `layers`: what every layer holds at every position, in one reading: what the Layers panel shows. */
import { UsageError } from '../../core/errors.ts';
import { languageLabel, moment } from '../../core/charts/format.ts';
import { findLanguage, type LanguageId } from '../../core/language/languages.ts';
import type { LayersResult } from '../../protocol/readingTypes.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { TOP_OPTION, listOption, numberOption, steerChoice, textOption } from '../options.ts';
import type { SteerChoice } from '../../protocol/engineService.ts';
import type { Output } from '../output.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';
import { readTextParams, textOptions } from '../textOptions.ts';
import type { TextFlags } from '../textOptions.ts';
import { tokenName } from '../topLogits.ts';

interface Flags extends TextFlags {
  readonly last?: number;
  readonly top: number;
  readonly direction?: string;
  readonly measure?: string;
  readonly steer: readonly SteerChoice[];
}

export const layersVerb = defineVerb<Flags>({
  name: 'layers',
  summary: 'What every layer holds at every position: norm, change, and the logit lens with its entropy and divergence',
  examples: [`--file main.py --last 64 --direction cpp`, `--file main.cpp --measure probe:cpp --json`],
  options: [
    ...textOptions(),
    numberOption('--last <n>', field.last, 'read only the last positions'),
    TOP_OPTION(),
    textOption('--direction <name>', field.someText, 'an artefact to compare the streams with'),
    textOption(
      '--measure <probe:LANG>',
      field.probeMeasure,
      "how probable each layer's own probe holds the language to be (made by lines --fit)",
    ),
    listOption('--steer <name[=strength]>', 'read the steered model', steerChoice),
  ],
  async run(options, cli) {
    const { last, top, direction, measure, steer } = options;
    const language = measure === undefined ? undefined : findLanguage(measure.slice(field.PROBE_MEASURE.length)).id;
    const params = {
      ...(await readTextParams(options)),
      top,
      ...(last === undefined ? {} : { last }),
      ...(direction === undefined ? {} : { direction }),
      ...(language === undefined ? {} : { probe: 'needed' as const }),
      ...(steer.length === 0 ? {} : { steer }),
    };
    const read = await withModel(cli, options, ({ engine, calls }) => engine.layers(params, calls));
    const scores = language === undefined ? undefined : scoresOf(read, language);
    if (options.json) cli.output.json(read);
    else print(read, cli.output, scores);
  },
});

interface LanguageScores {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

/** @throws UsageError `unprobed-language` where the probes tell other languages apart */
function scoresOf({ probe }: LayersResult, language: LanguageId): LanguageScores {
  const { scores = [], artefact = '' } = probe ?? {};
  const found = scores.find((known) => known.language === language);
  if (found) return { label: `P(${languageLabel(language)})`, values: found.values };
  const known = scores.map((one) => one.language).join(', ');
  throw new UsageError(
    'unprobed-language',
    `the probe "${artefact}" was not fitted for ${language}`,
    `Its languages are: ${known}.`,
  );
}

/** A row a layer, for the last position. JSON has them all. */
function print(
  { ids, first, layers, measures, probe, top, pieces }: LayersResult,
  output: Output,
  scores?: LanguageScores,
): void {
  const position = ids.length - 1;
  const at = (position - first) * layers;
  const { norm, change, entropy, divergence, cosine } = measures;
  const more = [...(cosine ? [cosine] : []), ...(scores ? [scores.values] : [])];
  const rows = Array.from({ length: layers }, (_, layer) => {
    const i = at + layer;
    const figures = [norm, change, entropy, divergence, ...more].map((values) => figure(values[i]));
    return [String(layer), ...figures, nextToken(top[i]?.[0], pieces)];
  });
  const heads = [
    ...['layer', '|h|', 'change', 'entropy', 'KL to final'],
    ...[...(cosine ? ['cosine'] : []), ...(scores ? [scores.label] : []), 'next token'],
  ];
  output.lines(
    output.bold(
      `By layer, after ${tokenName(ids[position] ?? 0, pieces)} (position ${position}); entropy and KL in nats`,
    ),
    ...table(
      [heads, ...rows],
      heads.map((_, i) => (i === heads.length - 1 ? 'left' : 'right')),
    ),
    ...(probe
      ? [
          '',
          `${scores?.label ?? ''} by the probes ${plain(probe.artefact)} of ${moment(probe.createdAt)}, one for each layer, fitted on ${plain(probe.positions)}`,
        ]
      : []),
  );
}

/** The likeliest token with its probability; nothing where the stream has overflowed. */
function nextToken(best: readonly [number, number] | undefined, pieces: LayersResult['pieces']): string {
  return best ? `${tokenName(best[0], pieces)} ${(best[1] * 100).toFixed(0)}%` : '';
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : value.toPrecision(3);
}
