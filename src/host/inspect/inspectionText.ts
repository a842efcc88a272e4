/**
 * A completion taken apart, as a text that anybody can read, search and keep: what was asked, what was added, what it cost,
 * and what each layer would have written next. Pure; what it is given comes from the engine.
 */
import type { AppliedSteering, LensResult } from '../../protocol/engineService.ts';
import type { Answered } from '../completion/completer.ts';

export interface Inspection {
  /** Where it was: `main.cpp:12`. */
  readonly where: string;
  readonly model: string;
  readonly precision: string;
  readonly surface: 'answer' | 'raw';
  readonly prompt: string;
  /** What the answer was made to begin with. */
  readonly prefill: string;
  /** As the model wrote it. */
  readonly text: string;
  readonly steer: readonly AppliedSteering[];
  /** The language that the prompt names in words, in place of a direction. */
  readonly named?: string;
  readonly language: { readonly name: string; readonly confidence: number };
  readonly figures: Pick<Answered, 'tokens' | 'promptMs' | 'decodeMs' | 'engine'>;
  /** After the last token of the prompt, without and with the steering. */
  readonly plain: LensResult;
  readonly steered?: LensResult;
}

/** Markdown. Texts of the model are in fences that are longer than any in them. */
export function inspectionText(inspection: Inspection): string {
  const { where, model, precision, surface, prompt, prefill, text, language, figures } = inspection;
  const { tokens, promptMs, decodeMs, engine } = figures;
  const reused = engine ? `, ${engine.reusedTokens} of them kept from the request before` : '';
  const asked = surface === 'answer' ? 'as a chat, opened neutrally' : 'as text to be continued';
  const perSecond = tokens > 1 ? `, ${((1000 * tokens) / decodeMs).toFixed(0)} tokens a second` : '';
  return [
    `# The completion at ${where}`,
    '',
    `- Model: ${model}, ${precision}`,
    `- Asked ${asked}: ${inspection.plain.ids.length} tokens${reused}; ${promptMs.toFixed(0)} ms to the first token`,
    `- Written: ${tokens} tokens in ${decodeMs.toFixed(0)} ms${perSecond}`,
    `- The language of the code, by guesslang: ${language.name} (${language.confidence.toFixed(2)})`,
    ...steeringLines(inspection),
    '',
    '## What was asked',
    '',
    fenced(prompt),
    ...(prefill === '' ? [] : ['', 'and made to begin with', '', fenced(prefill)]),
    '',
    '## What the model wrote',
    '',
    fenced(text),
    '',
    '## What each layer would write next',
    '',
    'The logit lens at the last token of the prompt: the likeliest next token, read out of the residual stream after each layer.',
    '',
    ...lensTable(inspection),
    '',
  ].join('\n');
}

function steeringLines({ steer, named }: Inspection): string[] {
  if (named !== undefined) return [`- Steering: none; asked for ${named} in words, as no direction leads to it here`];
  if (steer.length === 0) return ['- Steering: none'];
  return steer.map(({ name, strength, layers, dose, notes = [] }) => {
    const noted = notes.length > 0 ? `; ${notes.join('; ')}` : '';
    return `- Steering: ${name} × ${strength}, layers ${layers.join(', ')}, dose ${dose.toFixed(2)} of the layer's median norm${noted}`;
  });
}

function lensTable({ plain, steered }: Inspection): string[] {
  const head = steered ? ['| layer | unsteered | steered |', '|---|---|---|'] : ['| layer | next token |', '|---|---|'];
  const rows = plain.layers.map(({ layer }, i) => {
    const cells = [plain, ...(steered ? [steered] : [])].map((lens) => nextTokens(lens, i));
    return `| ${layer} | ${cells.join(' | ')} |`;
  });
  return [...head, ...rows];
}

const SHOWN_TOKENS = 3;

function nextTokens({ layers, pieces = {} }: LensResult, index: number): string {
  const top = layers[index]?.top.at(-1) ?? [];
  return top
    .slice(0, SHOWN_TOKENS)
    .map(([id]) => inCode(pieces[id] ?? `#${id}`))
    .join(' ');
}

/** A piece of a token as code in a table: nothing in it may end the cell or the code. */
function inCode(piece: string): string {
  const shown = JSON.stringify(piece).slice(1, -1).replace(/`/g, 'ˋ').replace(/\|/g, '¦');
  return `\`${shown}\``;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
