/**
 * What a study will measure, settled before anything runs: its cells in their order, each once, and what each asks. Pure.
 */
import { askFor } from '../language/languages.ts';
import type { LanguageId } from '../language/languages.ts';
import { askInPrompt } from '../language/openings.ts';
import type { PromptStyle } from '../language/prompts/styles.ts';
import { ASKED, UNSTEERED, partsOfMethod } from './file.ts';
import type { Opening, StudyFile, StudyPart } from './file.ts';

/** One combination of what is varied: what is measured at a time, and kept as one file. */
export interface StudyCell {
  readonly method: string;
  /** The language that is steered to or asked for; null where nothing is, which is then held against every language. */
  readonly target: LanguageId | null;
  readonly style: PromptStyle;
  readonly opening: Opening;
  /** A multiple of the fitted strength; 0 where nothing steers. */
  readonly strength: number;
  /** Of the fit; 0 where nothing is fitted. */
  readonly seed: number;
  /** How many prompts. */
  readonly prompts: number;
}

/** The cells of a study: first the model as it is, then the language asked for, which the others are compared with. */
export function planCells({ parts }: StudyFile): StudyCell[] {
  const cells = new Map<string, StudyCell>();
  for (const cell of parts.flatMap(cellsOf)) {
    const name = cellName(cell);
    const known = cells.get(name);
    // The same combination on more prompts holds the one on fewer.
    if (known === undefined || known.prompts < cell.prompts) cells.set(name, cell);
  }
  const rank = ({ method }: StudyCell): number => (method === UNSTEERED ? 0 : method === ASKED ? 1 : 2);
  return [...cells.values()].sort((a, b) => rank(a) - rank(b));
}

function cellsOf(part: StudyPart): StudyCell[] {
  const { methods, targets, styles, openings, strengths, seeds, prompts } = part;
  const combinations = cross(openings, styles, strengths, seeds, targets, methods);
  return combinations.map(([opening, style, strength, seed, target, method]) => ({
    method,
    target: method === UNSTEERED ? null : target,
    ...{ style, opening },
    ...(isFitted(method) ? { strength, seed } : { strength: 0, seed: 0 }),
    prompts,
  }));
}

function cross<A, B, C, D, E, F>(
  ...[as, bs, cs, ds, es, fs]: readonly [
    readonly A[],
    readonly B[],
    readonly C[],
    readonly D[],
    readonly E[],
    readonly F[],
  ]
): (readonly [A, B, C, D, E, F])[] {
  return as.flatMap((a) =>
    bs.flatMap((b) =>
      cs.flatMap((c) => ds.flatMap((d) => es.flatMap((e) => fs.map((f) => [a, b, c, d, e, f] as const)))),
    ),
  );
}

/** True for the methods that make an artefact. */
export function isFitted(method: string): boolean {
  return partsOfMethod(method).fitted !== undefined;
}

/** What a cell is called, by all that tells it from the others: `dim-cpp-instruction-neutral-x1.5-s2`. */
export function cellName({ method, target, style, opening, strength, seed }: StudyCell): string {
  const words = [method, ...(target === null ? [] : [target]), style, opening];
  if (isFitted(method) && strength !== 1) words.push(`x${strength}`);
  if (seed !== 0) words.push(`s${seed}`);
  return words.join('-');
}

/** What the artefact of a cell is called in the study's store, asked or not; undefined where nothing is fitted. */
export function artefactName({ method, target, seed }: StudyCell): string | undefined {
  const { fitted } = partsOfMethod(method);
  if (fitted === undefined || target === null) return undefined;
  return `${fitted}-${target}${seed === 0 ? '' : `-s${seed}`}`;
}

/** The same prompt, asking for the language in words. */
export function askedFor(prompt: string, target: LanguageId): string {
  return askInPrompt(prompt, askFor(target));
}

/**
 * Whether the answer to the prompt at this index is scored under the model: of every four the first two, since the kinds
 * of task alternate. Scoring takes as long as writing does.
 */
export function isScored(index: number): boolean {
  return index % 4 < 2;
}
