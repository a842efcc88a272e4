/**
 * The tour in a terminal: each step's result as lines of text. Pure: data in, lines out; whoever calls prints them. Text
 * of a model is made harmless here, and cut to the width of the terminal.
 */
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { ModelSummary, ProbeResult } from '../../protocol/engineService.ts';
import { oneLine, plain as harmless, shortened } from '../plainText.ts';
import { bestLayer } from '../report/charts/probeLines.ts';
import type { Dated, ReportData, Speed } from '../report/data.ts';
import {
  duration,
  fixed,
  languageLabel,
  layerRanges,
  moment,
  percent,
  plural,
  scopeInWords,
  shareWithInterval,
  whole,
} from '../../core/charts/format.ts';
import { PROBE_CONTROLS } from '../report/sections/probe.ts';
import { shareOf } from '../../core/bias/answers.ts';
import type { Answer, Condition } from '../../core/bias/answers.ts';
import { askedVerdict, probeVerdict, shiftVerdict, speedVerdict, validVerdict } from '../report/verdict.ts';
import { bar, table } from '../table.ts';
import type { TourPlan } from './plan.ts';
import type { Live } from './tour.ts';

const BAR_WIDTH = 24;
const INDENT = '   ';
/** Answers shown side by side, and lines of each; the report has all of them. */
const SHOWN_ANSWERS = 2;
const SHOWN_LINES = 8;

export function modelLines(model: ModelSummary, threads: number): string[] {
  const types = Object.entries(model.weightTypes)
    .sort((a, b) => b[1] - a[1])
    .map(([type, count]) => `${count} ${type}`);
  return indented([
    oneLine(
      `${model.name}: ${model.architecture}, ${plural(model.layers, 'layer')}, width ${whole(model.dModel)}, ${whole(model.vocab)} tokens`,
    ),
    oneLine(`tensors: ${types.join(', ')}; ${model.precision} precision; ${plural(threads, 'thread')}`),
    `fingerprint ${model.fingerprint.slice(0, 16)}`,
  ]);
}

export function biasLines(result: Dated<Condition>, plan: TourPlan): string[] {
  return indented([
    `${plural(plan.prompts.length, 'prompt')} that name no language, greedy, at most ${plan.answers.maxTokens} tokens each:`,
    ...conditionTable(result.value, [plan.source.id, plan.target.id]),
    age(result),
  ]);
}

export function vectorLines(fit: Dated<ArtefactManifest>, plan: TourPlan): string[] {
  const { name, method, layers, strength, scope } = fit.value;
  return indented([
    `${name}: ${method} from ${plan.source.name} to ${plan.target.name}, chosen on tasks of the fit split:`,
    `layer ${layerRanges(layers)}, strength ${fixed(strength, 2)}, over ${scopeInWords(scope)}`,
    age(fit),
  ]);
}

export function probeLines(result: Dated<ProbeResult>): string[] {
  const probe = result.value;
  const best = bestLayer(probe);
  const rows = probe.layers.filter(
    ({ layer }, i, all) => layer % 3 === 0 || layer === best.layer || i === all.length - 1,
  );
  const line = (name: string, share: number, note: string): string[] => [name, bar(share, BAR_WIDTH), note];
  return indented([
    `Which language is being written? Read from ${probe.position}.`,
    ...table(
      [
        line('embedding', probe.embedding.accuracy[0], shareWithInterval(probe.embedding.accuracy)),
        ...rows.map(({ layer, accuracy }) =>
          line(`layer ${layer}`, accuracy[0], `${shareWithInterval(accuracy)}${layer === best.layer ? '  best' : ''}`),
        ),
        line('shuffled', best.shuffled, `${percent(best.shuffled)} at layer ${best.layer}`),
        line('majority', best.majority, percent(best.majority)),
      ],
      ['right'],
    ),
    ...PROBE_CONTROLS.map(([name, meaning]) => `${name}: ${meaning}`),
    probeVerdict(probe, best),
    age(result),
  ]);
}

type SteeringData = Pick<ReportData, 'plain' | 'steered' | 'asked' | 'dose' | 'target' | 'source' | 'prompts'> & {
  readonly settings: Pick<ReportData['settings'], 'opening' | 'request'>;
};

export function steeringLines(data: SteeringData, columns: number): string[] {
  const { plain, steered, asked, target, dose } = data;
  const rows = (
    [
      ['unsteered', plain],
      [`steered to ${target.name}`, steered],
      [`asked in the prompt`, asked],
    ] as const
  ).map(([name, { value }]) => {
    const share = shareOf(value, target.id);
    return [name, bar(share[0], BAR_WIDTH), `${value.counts[target.id] ?? 0} of ${value.n}`, shareWithInterval(share)];
  });
  return [
    ...indented([
      `Answers in ${target.name} (dose ${fixed(dose, 2)} of the layer's median norm):`,
      ...table(rows, ['left', 'left', 'right']),
    ]),
    ...indented([shiftVerdict(data), askedVerdict(data), validVerdict(data), age(steered), '']),
    ...sideBySide(data, columns - INDENT.length).map((text) => `${INDENT}${text}`.trimEnd()),
  ];
}

/** The beginnings of the first answers, in two columns. */
function sideBySide({ prompts, plain, steered, target, settings }: SteeringData, columns: number): string[] {
  const width = Math.max(20, Math.floor((Math.min(columns, 140) - 3) / 2));
  const cut = (text: string): string => shortened(text, width).padEnd(width);
  return prompts.slice(0, SHOWN_ANSWERS).flatMap(({ id, prompt }) => {
    const [left, right] = [plain, steered].map(({ value }) => beginning(value.answers, id, settings.opening));
    const rows = Array.from({ length: Math.max(left?.length ?? 0, right?.length ?? 0) }, (_, i) => i);
    return [
      shortened(oneLine(prompt), columns),
      `${cut('unsteered')} │ ${cut(`steered to ${target.name}`)}`,
      `${'─'.repeat(width)}─┼─${'─'.repeat(width)}`,
      ...rows.map((i) => `${cut(left?.[i] ?? '')} │ ${cut(right?.[i] ?? '')}`),
      '',
    ];
  });
}

/** The first lines of an answer after its opening, tabs as four columns. */
function beginning(answers: readonly Answer[], id: string, opening: string): string[] {
  const text = answers.find((answer) => answer.id === id)?.text ?? '';
  const own = text.startsWith(opening) ? text.slice(opening.length) : text;
  return harmless(own).replaceAll('\t', '    ').trimEnd().split('\n').slice(0, SHOWN_LINES);
}

export function speedLines(speed: Dated<Speed>): string[] {
  return indented([speedVerdict(speed.value), age(speed)]);
}

export function liveLines({ text, tokens, tokensPerSecond }: Live, opening: string, columns: number): string[] {
  const own = text.startsWith(opening) ? text.slice(opening.length) : text;
  const speed = tokens > 1 ? ` at ${fixed(tokensPerSecond, 1)} tokens per second` : '';
  const lines = harmless(own).replaceAll('\t', '    ').trimEnd().split('\n');
  return indented([
    `Not kept but live: ${plural(tokens, 'steered token')}${speed}:`,
    ...lines.map((line) => shortened(`| ${line}`, columns - INDENT.length)),
  ]);
}

/** Commands that work, in the order of what one would want to see next. */
export function nextLines({ target, fit }: ReportData, reportPath: string): string[] {
  const other = target.id === 'rust' ? 'java' : 'rust';
  return [
    `${INDENT}open the report      ${oneLine(reportPath)}`,
    `${INDENT}another language     npm start -- --target ${other}`,
    `${INDENT}your own prompt      node dist/cli.js generate --prompt 'Write a program that sorts a list.' --prefill '\`\`\`' --steer ${fit.value.name}`,
    `${INDENT}every layer's guess  node dist/cli.js lens --text "def add(a, b):" --layers all --top 3`,
  ];
}

function conditionTable(condition: Condition, always: readonly string[]): string[] {
  const rest = Object.keys(condition.counts).filter((language) => !always.includes(language));
  const byCount = (a: string, b: string): number => (condition.counts[b] ?? 0) - (condition.counts[a] ?? 0);
  return table(
    [...always, ...rest.sort(byCount)].map((language) => {
      const share = shareOf(condition, language);
      const count = `${condition.counts[language] ?? 0} of ${condition.n}`;
      return [languageLabel(language), bar(share[0], BAR_WIDTH), count, shareWithInterval(share)];
    }),
    ['left', 'left', 'right'],
  );
}

function age({ at, ms, isKept }: Dated<unknown>): string {
  if (isKept) return `(kept from ${moment(at)})`;
  return ms === undefined ? '' : `(measured in ${duration(ms)})`;
}

/** Every line indented, the long ones broken at spaces. */
function indented(lines: readonly string[]): string[] {
  return lines.flatMap((line) => broken(line, WIDTH - INDENT.length)).map((line) => `${INDENT}${line}`.trimEnd());
}

/** The measure of a paragraph: longer lines are hard to read, however wide the terminal. */
const WIDTH = 88;

function broken(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= 0) break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...lines, rest];
}
