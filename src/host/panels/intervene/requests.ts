/** From what is set in the panel to what the engine is asked, and how many runs that takes. Pure. */
import { parseLayers } from '../../../core/graph/hooks.ts';
import type { TokenizeParams } from '../../../protocol/textTypes.ts';
import { sweepRuns, tokenChoice } from '../../../protocol/interventionTypes.ts';
import type { Change, InterveneParams, SweepParams } from '../../../protocol/interventionTypes.ts';
import type { InterveneSettings, InterveneSnapshot } from '../../../protocol/panels/intervene.ts';

/** Next tokens that are shown of each run. */
const TOP = 6;

export const DEFAULT_SETTINGS: InterveneSettings = {
  text: '',
  prefill: null,
  hook: 'resid_post',
  index: null,
  layer: 0,
  position: -1,
  change: 'zero',
  factor: 2,
  source: '',
  sourcePosition: null,
  tokens: ['', ''],
  continued: 8,
  layers: 'all',
  last: 8,
};

/** What both requests have. */
function subjectOf({ text, prefill, hook, index, tokens, ...settings }: InterveneSettings) {
  const [first, second] = tokens;
  const pair = [tokenChoice(first), tokenChoice(second)] as const;
  return {
    text,
    special: false,
    ...(prefill === null ? {} : { asked: { mode: 'chat' as const, prefill } }),
    hook,
    ...(index === null ? {} : { index }),
    change: changeOf(settings),
    ...(first === '' && second === '' ? {} : { tokens: pair }),
  };
}

function changeOf({ change, factor, source }: Pick<InterveneSettings, 'change' | 'factor' | 'source'>): Change {
  if (change === 'scale') return { kind: change, factor };
  return change === 'patch' ? { kind: change, source } : { kind: change };
}

export function singleRequest(settings: InterveneSettings): InterveneParams {
  const { layer, position, sourcePosition, continued, change } = settings;
  const isPlaced = change === 'patch' && sourcePosition !== null;
  return {
    ...subjectOf(settings),
    ...{ layer, position, top: TOP, continued },
    ...(isPlaced ? { sourcePosition } : {}),
  };
}

export function sweepRequest(settings: InterveneSettings): SweepParams {
  const { layers, last } = settings;
  return { ...subjectOf(settings), layers, window: { last } };
}

export function tokenizeRequest(text: string, prefill: string | null): TokenizeParams {
  return {
    text,
    special: false,
    asRun: true,
    ...(prefill === null ? {} : { asked: { mode: 'chat' as const, prefill } }),
  };
}

/** Runs of a whole text; of the sweep null where its layers are none of the model. */
export function runsOf(
  { change, continued, layers, last }: InterveneSettings,
  { tokens, sourceTokens, modelLayers }: { tokens: number; sourceTokens: number; modelLayers: number },
): NonNullable<InterveneSnapshot['runs']> {
  const hasSource = change === 'patch';
  const single = (hasSource ? 3 : 2) + Math.max(0, continued - 1);
  const positions = Math.min(last, tokens, hasSource ? sourceTokens : tokens);
  return { single, sweep: countLayers(layers, modelLayers, (count) => sweepRuns(count, positions, hasSource)) };
}

function countLayers(list: string, modelLayers: number, then: (count: number) => number): number | null {
  try {
    return then(parseLayers(list, modelLayers).length);
  } catch {
    // Said by the engine when it is asked, with what there is.
    return null;
  }
}
