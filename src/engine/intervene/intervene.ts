/**
 * One intervention: a value inside of a run is ablated, scaled, or replaced by that of another text (activation patching:
 * Vig et al. 2020; Meng et al. 2022), and the next token and what follows it are compared with the run as it is.
 */
import { UsageError } from '../../core/errors.ts';
import { siteAt, siteNamed } from '../../core/graph/interventionSites.ts';
import { topIndices } from '../../core/sampling/sampler.ts';
import { klDivergence } from '../../core/stats/distributions.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { InterveneParams, InterveneResult, LogitDifference, NextToken } from '../../protocol/interventionTypes.ts';
import { assertLength } from '../generate/promptIds.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { piecesOf, positionIn, readIds } from '../reading/text.ts';
import type { WorkContext } from '../workContext.ts';
import { Bench } from './bench.ts';
import { changedValue, partAt, type PatchSource } from './change.ts';
import { continueTexts } from './continuation.ts';
import { recovered } from './recovered.ts';
import { assertSaysSomething, chosenTokens, comparable, likeliestPair, oddsIn } from './nextTokens.ts';

/**
 * @throws UsageError for a layer, site, index, position or token that there is not, with what there is; CancelledError;
 * ModelError `too-long`, `nonfinite`
 */
export async function intervene(
  model: LoadedModel,
  params: InterveneParams,
  { signal, emit }: WorkContext,
): Promise<InterveneResult> {
  const { change, index, layer, continued } = params;
  const name = siteNamed(params.hook);
  const site = siteAt(model.config, name, layer, index);
  const given = params.tokens && chosenTokens(model, params.tokens);
  const ids = readIds(model, params);
  const position = positionIn(ids, params.position, 'text');
  assertLength(model, ids.length, continued);
  const sourceIds = change.kind === 'patch' ? readIds(model, { ...params, text: change.source }) : undefined;
  const sourcePosition = sourceIds && sourcePositionOf(params, sourceIds, position - ids.length);

  const total = (sourceIds ? 3 : 2) + Math.max(0, continued - 1);
  const tell = (done: number): void => emit({ kind: 'progress', phase: 'running the text', done, total, unit: 'runs' });
  tell(0);
  const bench = new Bench(model, name, signal);
  const original = await bench.plain(ids, [site.hook]);
  const sourceRun = sourceIds && (await bench.plain(sourceIds, [site.hook]));
  const source: PatchSource | undefined =
    sourceRun && sourcePosition !== undefined ? { run: sourceRun, position: sourcePosition } : undefined;
  const value = changedValue(change, site, original, position, source);
  const patches = [{ hook: site.hook, position, value }];
  const [changed] = await bench.changed([{ ids, patches }]);
  tell(total - Math.max(0, continued - 1));

  const runs = [original, changed, ...(sourceRun ? [sourceRun] : [])];
  const [before, after, other] = comparable(model, runs, given);
  assertSaysSomething(before);
  assertSaysSomething(after);
  const tokens = given ?? likeliestPair(after, before);
  const next = nextTokens(params.top, before, after, other);
  const continuation =
    continued > 0
      ? await continueTexts(
          bench,
          ids,
          [
            { patches: [], next: original },
            { patches, next: changed },
          ],
          continued,
          (done) => tell(total - continued + done),
        )
      : undefined;
  const named = [...next.map(({ id }) => id), ...tokens, ...(continuation ?? []).flatMap((text) => text.ids)];
  return {
    ids,
    ...(sourceIds ? { sourceIds } : {}),
    pieces: piecesOf(model, [...ids, ...(sourceIds ?? []), ...named]),
    site: name,
    hook: site.hook,
    layer,
    ...(index === undefined ? {} : { index }),
    position,
    ...(sourcePosition === undefined ? {} : { sourcePosition }),
    change,
    norm: {
      original: norm(partAt(original, site, position)),
      changed: norm(value.subarray(site.start, site.start + site.size)),
    },
    next,
    kl: klDivergence(after, before),
    tokens,
    difference: differenceOf(tokens, before, after, other),
    ...(continuation ? { continuation: { original: continuation[0], changed: continuation[1] } } : {}),
  };
}

/** The position that was asked for, or the one at the same distance from the end. */
function sourcePositionOf({ sourcePosition }: InterveneParams, sourceIds: readonly number[], fromEnd: number): number {
  if (sourcePosition !== undefined) return positionIn(sourceIds, sourcePosition, 'source');
  if (sourceIds.length + fromEnd >= 0) return sourceIds.length + fromEnd;
  throw new UsageError(
    'bad-position',
    `the source has ${sourceIds.length} tokens, none of them ${-fromEnd} from its end, as the position in the text is`,
    'Choose a position of the source.',
  );
}

function nextTokens(top: number, before: Float32Array, after: Float32Array, other?: Float32Array): NextToken[] {
  const [original, changed] = [oddsIn(before), oddsIn(after)];
  const source = other && oddsIn(other);
  const ids = new Set([before, after].flatMap((logits) => topIndices(logits, top)));
  const most = ({ original: o, changed: c }: NextToken): number => Math.max(o.probability, c.probability);
  return [...ids]
    .map((id): NextToken => ({
      id,
      original: original(id),
      changed: changed(id),
      ...(source ? { source: source(id) } : {}),
    }))
    .sort((a, b) => most(b) - most(a) || a.id - b.id);
}

function differenceOf(
  [first, second]: readonly [number, number],
  before: Float32Array,
  after: Float32Array,
  other?: Float32Array,
): LogitDifference {
  const difference = (logits: Float32Array): number => logits[first] - logits[second];
  const [original, changed] = [difference(before), difference(after)];
  if (!other) return { original, changed };
  const source = difference(other);
  return { original, changed, source, recovered: recovered(changed, original, source) };
}
