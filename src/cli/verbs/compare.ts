/** `compare`: two steerings of one prompt: both texts, how far each token's distribution moves, and where the runs part. */
import type { CompareEvent, CompareResult, ComparedSide, ComparedText, Measured } from '../../protocol/compareTypes.ts';
import { COMPARE_TOP, PARTING_THRESHOLD } from '../../protocol/defaults.ts';
import type { SteerChoice } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import { defineVerb } from '../cli.ts';
import { generationOptions, toGenerateOptions } from '../generate/options.ts';
import type { GenerationFlags } from '../generate/options.ts';
import { listOption, numberOption, requiredText, steerChoice, textOption } from '../options.ts';
import type { Output } from '../output.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { ranges, table } from '../table.ts';
import { tokenName } from '../topLogits.ts';

interface Flags extends Omit<GenerationFlags, 'batch' | 'steer' | 'steerLayers' | 'scope' | 'out'> {
  readonly prompt: string;
  readonly a: readonly SteerChoice[];
  readonly b: readonly SteerChoice[];
  readonly scopeA?: string;
  readonly scopeB?: string;
  readonly threshold: number;
  readonly top: number;
}

/** What each side says for itself, and one prompt has no use for. */
const LEFT_OUT: readonly (string | undefined)[] = ['--out', '--batch', '--steer', '--steer-layers', '--scope'];

export const compareVerb = defineVerb<Flags>({
  name: 'compare',
  summary: 'Two steerings of one prompt, token by token and layer by layer',
  examples: [
    "--prompt 'Write a program that reverses a list.' --prefill '```' --b cpp --json",
    '--prompt hi --a cpp --b cpp=2',
  ],
  options: [
    requiredText('--prompt <text>', field.someText, 'the prompt, exactly as it is'),
    listOption('--a <name[=s]>', 'steer A by an artefact, s times as strong as chosen; repeatable', steerChoice),
    listOption('--b <name[=s]>', 'steer B likewise', steerChoice),
    textOption('--scope-a <scope>', field.scope, "prompt, answer, all, first:N or decide:N in place of A's own"),
    textOption('--scope-b <scope>', field.scope, 'the same for B'),
    numberOption('--threshold <t>', field.threshold, 'the runs part where |hA - hB| / |hA| exceeds it').default(
      PARTING_THRESHOLD,
    ),
    numberOption('--top <n>', field.top, 'how many tokens of each distribution').default(COMPARE_TOP),
    ...generationOptions().filter(({ long }) => !LEFT_OUT.includes(long)),
  ],
  async run(flags, cli) {
    const { prompt, a, b, scopeA, scopeB, threshold, top } = flags;
    const { batch: _batch, steer: _steer, ...options } = toGenerateOptions({ ...flags, batch: 1, steer: [] });
    const params = { prompt, options, a: sideOf(a, scopeA), b: sideOf(b, scopeB), threshold, top };
    const result = await withModel(cli, flags, ({ engine, calls }) =>
      engine.compare(params, {
        signal: calls.signal,
        onEvent: (event: CompareEvent) => {
          if (event.kind === 'progress') calls.onEvent(event);
        },
      }),
    );
    if (flags.json) cli.output.json(result);
    else print(result, cli.output);
  },
});

function sideOf(steer: readonly SteerChoice[], scope: string | undefined) {
  return scope === undefined ? { steer } : { steer, scope };
}

function print(result: CompareResult, output: Output): void {
  const { a, b, texts } = result;
  printText('A', a, texts[0], result, output);
  if (result.divergence === null) output.lines('', 'B writes the same.');
  else printText('B', b, texts[1], result, output);
  const { divergence, threshold, precision } = result;
  output.lines(
    '',
    divergence === null ? 'The texts do not part.' : `The texts part at token ${divergence}.`,
    partsIn(texts[0], threshold),
    output.dim(`KL in nats, of the next-token distributions in ${precision} precision; A and B read the same text.`),
  );
}

function partsIn({ parts }: ComparedText, threshold: number): string {
  if (parts === null) return `Over A's text the runs do not part by ${threshold} in any layer.`;
  return `Over A's text the runs part in layer ${parts.layer}, at token ${parts.token} (|hA - hB| / |hA| above ${threshold}).`;
}

function printText(
  name: string,
  side: ComparedSide,
  text: ComparedText,
  { pieces }: CompareResult,
  output: Output,
): void {
  output.lines('', output.bold(`${name}: ${steeringOf(side)}`), plain(side.text), '');
  const rows = text.ids.map((id, token) => [
    String(token),
    tokenName(id, pieces),
    figure(text.kl[token]),
    figure(text.logA[token]),
    figure(text.logB[token]),
    side.steer.some(({ acting }) => acting[token]) ? 'steered' : '',
  ]);
  output.lines(
    ...table([['token', 'text', 'KL', 'log pA', 'log pB', ''], ...rows], ['right', 'left', 'right', 'right', 'right']),
  );
}

function steeringOf({ steer, decided }: ComparedSide): string {
  if (steer.length === 0) return 'not steered';
  const said = steer.map(
    ({ name, strength, layers, dose, scope }) =>
      `${name} x ${strength} in layers ${ranges(layers)}, dose ${dose.toFixed(2)}, ${scope}`,
  );
  const taken = decided === 0 ? [] : [`read again without steering after token ${decided - 1}`];
  return [...said, ...taken].join('; ');
}

function figure(value: Measured | undefined): string {
  return typeof value === 'number' ? value.toFixed(3) : '';
}
