/**
 * Fits the chosen probe on all fit tasks and measures it on the held-out ones, beside what makes the figures believable:
 * the embedding, which knows the token and nothing else; the other kind of probe; labels that were shuffled; and naming
 * one language always. Tasks are never divided.
 */
import type { JsonObject } from '../../core/artefact/json.ts';
import { EMBED, residPost } from '../../core/graph/hooks.ts';
import { prepareFeatures } from '../../core/probes/features.ts';
import { logits, type LinearProbe } from '../../core/probes/linear.ts';
import { best, scoreLines } from '../../core/probes/lineScores.ts';
import { bootstrapShare } from '../../core/stats/bootstrap.ts';
import { createRandom } from '../../core/stats/random.ts';
import { wilson } from '../../core/stats/wilson.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import { spread, tokensAt, type BodyText, type TokenSet } from './bodyTokens.ts';
import { fitProbe, type LineProbeChoice, type LineProbeSettings } from './chooseLineProbe.ts';

export interface LineProbeData {
  readonly fitted: readonly BodyText[];
  readonly heldOut: readonly BodyText[];
  /** Tokens of each body that a fit sees. */
  readonly fitTokens: number;
  readonly classes: number;
  readonly seed: number;
}

/** Tokens of a body, counted from 0, at which it is far enough in that the token itself says little. */
const POSITIONS = [32, 48];

export async function measureLineProbe(
  model: LoadedModel,
  data: LineProbeData,
  choice: LineProbeChoice,
  context: WorkContext,
): Promise<{ probe: LinearProbe; figures: JsonObject }> {
  const { classes, seed } = data;
  const hooks = [residPost(choice.layer), residPost(choice.rival.layer), EMBED];
  const fit = await tokensAt(model, data.fitted, (text) => spread(text, data.fitTokens), hooks, context);
  const test = await tokensAt(model, data.heldOut, (text) => text.visible, hooks, context);
  const trained = async (at: number, y: Int32Array, settings: LineProbeSettings): Promise<LinearProbe> => {
    await letMessagesIn(context.signal);
    return fitProbe(prepareFeatures(fit[at].X, y.length), y, classes, settings);
  };
  const { y } = fit[0];
  const measured = (probe: LinearProbe, at: number) => measure(probe, test[at], classes, seed);
  const probe = await trained(0, y, choice);
  const shuffled = createRandom(seed).shuffle(y.slice());
  const figures = {
    ...measured(probe, 0),
    rival: { kind: choice.rival.kind, layer: choice.rival.layer, ...measured(await trained(1, y, choice.rival), 1) },
    embedding: measured(await trained(2, y, choice), 2),
    shuffled: measured(await trained(0, shuffled, choice), 0),
    majority: majority(test[0], classes),
  };
  return { probe, figures };
}

/** Shares of tokens and lines that are told right, each [share, lower, upper]; and of which language the lines were. */
function measure(probe: LinearProbe, tokens: TokenSet, classes: number, seed: number): JsonObject {
  const { y, bodies, positions, tasks } = tokens;
  const all = logits(probe, tokens.X);
  const isHit = Array.from(y, (label, row) => best(all.subarray(row * classes, (row + 1) * classes)) === label);
  const at = POSITIONS.map((position): [string, JsonObject] => {
    const hits = isHit.filter((_, row) => positions[row] === position);
    const right = hits.filter(Boolean).length;
    return [`token${position}`, { n: hits.length, share: [...wilson(right, hits.length)] }];
  });
  const byTask = grouped(isHit.map((hit, row) => ({ group: tasks[row], hit })));
  const lines = linesOf(all, tokens, classes);
  const linesByTask = grouped(lines.map(({ row, guess }) => ({ group: tasks[row], hit: guess === y[row] })));
  const confusion = Array.from({ length: classes }, () => Array<number>(classes).fill(0)); // [language][guess]
  for (const { row, guess } of lines) confusion[y[row]][guess]++;
  const random = createRandom(seed);
  return {
    ...Object.fromEntries(at),
    tokens: { n: y.length, bodies: new Set(bodies).size, share: [...bootstrapShare(byTask, random)] },
    lines: {
      n: lines.length,
      share: [...bootstrapShare(linesByTask, random)],
      meanScore: lines.reduce((sum, { score }) => sum + score, 0) / lines.length,
      confusion,
    },
  };
}

interface GuessedLine {
  /** A row of the line. */
  readonly row: number;
  readonly guess: number;
  /** The score of the guess. */
  readonly score: number;
}

function linesOf(all: Float64Array, { bodies, lines }: TokenSet, classes: number): GuessedLine[] {
  // A line is known by its first row: rows of one line of one body lie together.
  const firstRows: number[] = [];
  const keys = lines.map((line, row) => {
    const first = firstRows.at(-1);
    if (first === undefined || bodies[first] !== bodies[row] || lines[first] !== line) firstRows.push(row);
    return firstRows.at(-1) ?? row;
  });
  return scoreLines(all, keys, classes).map(({ line: row, scores }) => {
    const guess = best(scores);
    return { row, guess, score: scores[guess] };
  });
}

function grouped(cases: readonly { readonly group: string; readonly hit: boolean }[]): { hits: number; n: number }[] {
  const groups = new Map<string, { hits: number; n: number }>();
  for (const { group, hit } of cases) {
    const counts = groups.get(group) ?? { hits: 0, n: 0 };
    groups.set(group, { hits: counts.hits + (hit ? 1 : 0), n: counts.n + 1 });
  }
  return [...groups.values()];
}

/** What always naming the commonest language gets right: of the bodies at each position, of the tokens, of the lines. */
function majority(tokens: TokenSet, classes: number): JsonObject {
  const share = (rows: readonly number[]): number => {
    const counts = Array<number>(classes).fill(0);
    for (const row of rows) counts[tokens.y[row]]++;
    return Math.max(...counts) / rows.length;
  };
  const rows = Array.from(tokens.y.keys());
  const lineKeys = new Map(rows.map((row) => [`${tokens.bodies[row]} ${tokens.lines[row]}`, row]));
  return {
    ...Object.fromEntries(
      POSITIONS.map((at) => [`token${at}`, share(rows.filter((row) => tokens.positions[row] === at))]),
    ),
    tokens: share(rows),
    lines: share([...lineKeys.values()]),
  };
}
