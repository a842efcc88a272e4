/**
 * Choosing layers and strength on tasks of the fit split, by successive halving (Jamieson and Talwalkar 2016):
 * all candidates meet a few tasks, the better part of them meets more. Answers are scored by parsers and keywords; the
 * judge that measures the result afterwards is never asked here.
 */
import type { Scope } from '../steering/scope.ts';
import { wilson } from '../stats/wilson.ts';
import type { Candidate, FitBench, Intervention, Trial } from './method.ts';

/** Depths (as shares of the layers) at which a single layer is tried: language is settled in the middle of the model. */
const DEPTHS = [0.4, 0.53, 0.67];
const STRENGTHS = [0.8, 1.1, 1.5];

/** Several layers share the work at a lower strength each. */
const WINDOW = [0.4, 0.47, 0.53, 0.6, 0.67];
const WINDOW_STRENGTHS = [0.25, 0.4];

/** Several gates share the work too; a gate closes where the language is there, so it may be opened wider. */
const GATE_STRENGTHS = [0.6, 1, 1.6];
const FEW_LAYER_STRENGTHS = [1, 1.6, 2.5];
/** Depths at which one gate alone is tried: the paper's injection at few layers. */
const FEW_LAYER_DEPTHS = [0.53, 0.67];

/** Tasks of each round, and how many candidates go into the next. */
const ROUNDS = [
  { tasks: 2, keep: 8 },
  { tasks: 4, keep: 3 },
  { tasks: Infinity, keep: 1 },
];

export interface Choice {
  readonly best: Candidate;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** @param candidates what is tried: by default what `fit` tries */
export async function chooseCandidate(
  intervention: Intervention,
  bench: FitBench,
  candidates: readonly Candidate[] = candidatesFor(bench),
): Promise<Choice> {
  let trials: Trial[] = candidates.map((candidate) => ({
    candidate,
    n: 0,
    onTarget: 0,
    valid: 0,
    evidence: 0,
  }));
  const tried: Trial[] = [];
  let first = 0;
  for (const round of ROUNDS) {
    const count = Math.min(round.tasks, bench.tasks - first);
    if (count <= 0) break;
    const results = await bench.tryOut(
      intervention,
      trials.map((trial) => trial.candidate),
      first,
      count,
    );
    trials = trials.map((trial, i) => add(trial, results[i])).sort(better);
    first += count;
    tried.push(...trials.slice(round.keep));
    trials = trials.slice(0, round.keep);
  }
  const [best] = trials;
  return {
    best: best.candidate,
    figures: {
      chosenBy: 'valid answers, then answers in the target language, on tasks of the fit split',
      fitSplit: { n: best.n, valid: wilson(best.valid, best.n), onTarget: wilson(best.onTarget, best.n) },
      candidates: [...trials, ...tried.reverse()].map(({ candidate, ...counts }) => ({ ...candidate, ...counts })),
    },
  };
}

/** Every single layer and the window, at every strength. */
export function candidatesFor({ layers, scope }: CandidateSpace): Candidate[] {
  const at = atDepth(layers);
  const places = [...new Set(DEPTHS.map(at))].map((layer) => ({ layers: [layer], strengths: STRENGTHS }));
  const window = [...new Set(WINDOW.map(at))];
  if (window.length > 1) places.push({ layers: window, strengths: WINDOW_STRENGTHS });
  return places.flatMap((place) => atEveryStrength(place, scope));
}

/** The layers that a method has found for itself, at the strengths of `fit`; in several they share the work as its window does. */
export function candidatesAt(places: readonly (readonly number[])[], scope: Scope): Candidate[] {
  const shared = (layers: number): number[] => WINDOW_STRENGTHS.map((strength) => (strength * WINDOW.length) / layers);
  return places.flatMap((layers) =>
    atEveryStrength({ layers, strengths: layers.length > 1 ? shared(layers.length) : STRENGTHS }, scope),
  );
}

/** The same for gates: in a window of layers, and in few. */
export function gateCandidatesFor({ layers, scope }: CandidateSpace): Candidate[] {
  const at = atDepth(layers);
  const window = { layers: [...new Set(WINDOW.map(at))], strengths: GATE_STRENGTHS };
  const few = [...new Set(FEW_LAYER_DEPTHS.map(at))].map((layer) => ({
    layers: [layer],
    strengths: FEW_LAYER_STRENGTHS,
  }));
  return [window, ...few].flatMap((place) => atEveryStrength(place, scope));
}

/** What candidates are made of: the layers of the model, and the scope that all have. */
type CandidateSpace = Pick<FitBench, 'layers' | 'scope'>;

function atDepth(layers: number): (depth: number) => number {
  return (depth) => Math.min(layers - 1, Math.round(depth * layers));
}

interface Place {
  readonly layers: readonly number[];
  readonly strengths: readonly number[];
}

function atEveryStrength({ layers, strengths }: Place, scope: Scope): Candidate[] {
  return strengths.map((strength) => ({ layers, strength, scope }));
}

function add(trial: Trial, more: Trial): Trial {
  return {
    candidate: trial.candidate,
    n: trial.n + more.n,
    onTarget: trial.onTarget + more.onTarget,
    valid: trial.valid + more.valid,
    evidence: trial.evidence + more.evidence,
  };
}

/**
 * The better of two first. A valid answer counts twice as much as one that is merely in the language, since share alone
 * saturates and misleads; between equals, the one whose answers show more of the language.
 */
function better(a: Trial, b: Trial): number {
  return score(b) - score(a) || b.evidence / b.n - a.evidence / a.n;
}

function score({ n, valid, onTarget }: Trial): number {
  return n === 0 ? 0 : (2 * valid + onTarget) / n;
}
