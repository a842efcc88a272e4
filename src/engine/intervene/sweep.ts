/**
 * The same intervention at every layer and position in turn: which places carry what the next token depends on. Layer by
 * layer, several positions as the rows of one run.
 */
import { UsageError } from '../../core/errors.ts';
import { parseLayers } from '../../core/graph/hooks.ts';
import { siteAt, siteNamed } from '../../core/graph/interventionSites.ts';
import { klDivergence } from '../../core/stats/distributions.ts';
import type { SweepParams, SweepResult, SweepWindow } from '../../protocol/interventionTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { piecesOf, positionIn, readIds } from '../reading/text.ts';
import type { LastPosition } from '../session/observedSession.ts';
import type { WorkContext } from '../workContext.ts';
import { Bench, type PlainRun } from './bench.ts';
import { changedValue } from './change.ts';
import { assertSaysSomething, chosenTokens, comparable, likeliestPair, saysSomething } from './nextTokens.ts';
import { recovered } from './recovered.ts';

/** Tokens of one run, all rows together: enough to keep the processor busy, few enough to be cancelled soon. */
const TOKENS_AT_ONCE = 256;
const MOST_ROWS = 16;

/** What one cell measured. */
interface Cell {
  readonly kl: number;
  readonly difference: number;
}

/** @throws as `intervene` does, and UsageError `nothing-to-recover` */
export async function sweep(
  model: LoadedModel,
  params: SweepParams,
  { signal, emit }: WorkContext,
): Promise<SweepResult> {
  const { change, index } = params;
  const name = siteNamed(params.hook);
  const layers = parseLayers(params.layers, model.config.layers);
  const sites = layers.map((layer) => siteAt(model.config, name, layer, index));
  const given = params.tokens && chosenTokens(model, params.tokens);
  const ids = readIds(model, params);
  const positions = positionsIn(ids, params.window);
  const sourceIds = change.kind === 'patch' ? readIds(model, { ...params, text: change.source }) : undefined;
  const sourcePositions = sourceIds && positions.map((position) => counterpart(ids, position, sourceIds));
  const places = positions.filter((_, i) => sourcePositions?.[i] !== null);
  const plainRuns = sourceIds ? 2 : 1;
  const total = plainRuns + layers.length * places.length;
  let done = 0;
  const tell = (more: number): void => {
    done += more;
    emit({ kind: 'progress', phase: 'sweeping', done, total, unit: 'runs' });
  };

  const bench = new Bench(model, name, signal);
  tell(0);
  const hooks = sites.map(({ hook }) => hook);
  const original = await bench.plain(ids, hooks);
  const source = sourceIds && (await bench.plain(sourceIds, hooks));
  tell(plainRuns);
  const ends = new Ends(model, original, source, given);

  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(TOKENS_AT_ONCE / ids.length)));
  const cells: (Cell | null)[][] = [];
  for (const site of sites) {
    const byPosition = new Map<number, Cell | null>();
    for (let at = 0; at < places.length; at += rows) {
      const here = places.slice(at, at + rows);
      const texts = here.map((position) => {
        const from = source && { run: source, position: position - ids.length + source.ids.length };
        const value = changedValue(change, site, original, position, from);
        return { ids, patches: [{ hook: site.hook, position, value }] };
      });
      const changed = await bench.changed(texts);
      here.forEach((position, row) => byPosition.set(position, ends.measure(changed[row])));
      tell(here.length);
    }
    cells.push(positions.map((position) => byPosition.get(position) ?? null));
  }
  const { tokens, target, sourced } = ends;
  const grid = (of: (cell: Cell) => number | null) => cells.map((row) => row.map((cell) => cell && of(cell)));
  return {
    ids,
    ...(sourceIds ? { sourceIds } : {}),
    pieces: piecesOf(model, [...ids, ...(sourceIds ?? []), ...tokens]),
    site: name,
    ...(index === undefined ? {} : { index }),
    change,
    layers,
    positions,
    ...(sourcePositions ? { sourcePositions } : {}),
    runs: total,
    tokens,
    difference: { original: target, ...(sourced === undefined ? {} : { source: sourced }) },
    kl: grid(({ kl }) => kl),
    differences: grid(({ difference }) => difference),
    ...(sourced === undefined ? {} : { recovered: grid((cell) => recovered(cell.difference, target, sourced)) }),
  };
}

/** What every cell is measured against: the text as it is, and the source. */
class Ends {
  readonly tokens: readonly [number, number];
  /** The logit differences of the text as it is, and of the source. */
  readonly target: number;
  readonly sourced: number | undefined;

  constructor(
    private readonly model: LoadedModel,
    private readonly original: PlainRun,
    source: PlainRun | undefined,
    given: readonly [number, number] | undefined,
  ) {
    const [before, other] = comparable(model, source ? [original, source] : [original], given);
    assertSaysSomething(before);
    this.tokens = given ?? likeliestPair(other ?? before, before);
    this.target = this.differenceIn(before);
    this.sourced = other && this.differenceIn(other);
    if (this.sourced === this.target)
      throw new UsageError(
        'nothing-to-recover',
        'the text and the source have the same logit difference, so there is nothing to recover',
        'Choose another source, or two other tokens.',
      );
  }

  measure(changed: LastPosition): Cell | null {
    if (!saysSomething(changed.logits)) return null;
    const [before, after] = comparable(this.model, [this.original, changed], this.tokens);
    return { kl: klDivergence(after, before), difference: this.differenceIn(after) };
  }

  private differenceIn(logits: Float32Array): number {
    return logits[this.tokens[0]] - logits[this.tokens[1]];
  }
}

/** @throws UsageError `bad-position`, `empty-window` */
function positionsIn(ids: readonly number[], window: SweepWindow = { last: ids.length }): number[] {
  const [from, to] =
    'last' in window
      ? [Math.max(0, ids.length - window.last), ids.length - 1]
      : [positionIn(ids, window.from, 'text'), positionIn(ids, window.to, 'text')];
  if (from > to)
    throw new UsageError('empty-window', `no position lies from ${from} to ${to}`, 'Give the earlier one first.');
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The source's position at the same distance from the end. */
function counterpart(ids: readonly number[], position: number, sourceIds: readonly number[]): number | null {
  const at = position - ids.length + sourceIds.length;
  return at < 0 ? null : at;
}
