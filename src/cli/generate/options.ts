/** The options of `generate`, which `bias` takes too, and the engine's options that they become. */
import { Option } from 'commander';
import type { FeatureChoice, GenerateOptions, SteerChoice } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { featureChoice } from '../featureChoice.ts';
import { listOption, numberOption, steerChoice, stopText, textOption } from '../options.ts';
import type { CommonOptions } from '../options.ts';

export interface GenerationFlags {
  readonly out?: string;
  readonly chat?: true;
  readonly raw?: true;
  readonly system?: string;
  readonly prefill?: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly repeatPenalty: number;
  readonly stop: readonly string[];
  readonly ignoreEos: boolean;
  readonly batch: number;
  readonly steer: readonly SteerChoice[];
  readonly feature: readonly FeatureChoice[];
  readonly steerLayers?: string;
  readonly scope?: string;
}

export function generationOptions(): Option[] {
  return [
    textOption(
      '--out <file>',
      field.someText,
      'write the answers there, one JSON object a line in the order of the prompts',
    ),
    new Option('--chat', 'ask as a chat (the default where the model has a template)').conflicts('raw'),
    new Option('--raw', 'continue the prompt as it is'),
    textOption('--system <text>', field.text, 'the system message of the chat'),
    textOption('--prefill <text>', field.text, 'what the answer is made to begin with'),
    numberOption('--max-tokens <n>', field.maxTokens, 'the most tokens of an answer').default(256),
    numberOption('--temperature <t>', field.temperature, '0 takes the likeliest token').default(0),
    numberOption('--top-p <p>', field.topP, 'sample from the likeliest tokens that together have this share').default(
      1,
    ),
    numberOption('--top-k <k>', field.topK, 'sample from the k likeliest tokens').default(0, 'off'),
    numberOption('--repeat-penalty <r>', field.repeatPenalty, 'above 1 makes repetition less likely').default(1, 'off'),
    listOption('--stop <text>', 'end an answer before this text; repeatable', stopText),
    new Option('--ignore-eos', 'go on where the model would end').default(false),
    numberOption('--batch <n>', field.batch, 'how many prompts are answered at once').default(1),
    listOption('--steer <name[=s]>', 'apply an artefact, s times as strong as chosen; repeatable', steerChoice),
    listOption(
      '--feature <sae:index[=change]>',
      'steer by a feature of a sparse autoencoder: =D adds D median norms (0.2 where left out), =when:D only at tokens ' +
        'that have it, =hold:D so much and no more, =clamp:A sets its activation, =scale:S multiplies it, =ablate ' +
        'takes it out; repeatable',
      featureChoice,
    ),
    textOption('--steer-layers <layers>', field.layers, "layers in place of the artefacts' own"),
    textOption(
      '--scope <scope>',
      field.scope,
      "prompt, answer, all, first:N or decide:N in place of the artefacts' own",
    ),
  ];
}

export function toGenerateOptions(flags: GenerationFlags & CommonOptions): GenerateOptions {
  const { maxTokens, temperature, topP, topK, repeatPenalty, stop, ignoreEos, batch, seed, steer } = flags;
  const { system, prefill, feature, steerLayers, scope } = flags;
  return {
    mode: flags.chat ? 'chat' : flags.raw ? 'raw' : 'auto',
    ...{ maxTokens, temperature, topP, topK, repeatPenalty, stop, ignoreEos, batch, seed, steer },
    ...(system === undefined ? {} : { system }),
    ...(prefill === undefined ? {} : { prefill }),
    ...(feature.length > 0 ? { features: feature } : {}),
    ...(steerLayers === undefined ? {} : { steerLayers }),
    ...(scope === undefined ? {} : { scope }),
  };
}
