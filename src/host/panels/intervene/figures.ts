/** The intervention and the sweep that the panel shows: what they are of, whether that is still set, and both as a case. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { InterveneResult, SweepResult } from '../../../protocol/interventionTypes.ts';
import type { InterveneSettings, NamedFigures } from '../../../protocol/panels/intervene.ts';
import {
  INTERVENE_CASE_VERSION,
  readInterveneCase,
  type InterveneCase,
  type Made,
} from '../../../protocol/panels/interveneCase.ts';
import type { PanelModelState } from '../../../protocol/panels/panel.ts';
import type { KeptKind } from '../../runs/runShelf.ts';
import { inShort } from '../caseDesk.ts';

/** Figures that are shown; pages ask for them by the id. */
export type Figures<Result> = Made<Result> & { readonly id: string };

export interface ShownFigures {
  readonly single?: Figures<InterveneResult>;
  readonly sweep?: Figures<SweepResult>;
}

export function figuresOf<Result>(made: Made<Result>): Figures<Result> {
  return { ...made, id: randomUUID() };
}

/** @param requestOf what of the settings the figures depend on */
export function named<Result>(
  { id, from, settings }: Figures<Result>,
  requestOf: (settings: InterveneSettings) => unknown,
  now: InterveneSettings,
  { name, precision }: PanelModelState,
): NamedFigures {
  if (from.model !== name || from.precision !== precision) return { id, from, stale: 'model' };
  return { id, from, ...(isDeepStrictEqual(requestOf(settings), requestOf(now)) ? {} : { stale: 'settings' }) };
}

/** @throws RangeError where nothing is shown */
export function caseOf({ single, sweep }: ShownFigures): InterveneCase {
  const dates = [single, sweep].flatMap((made) => (made ? [made.from.madeAt] : []));
  const createdAt = dates.sort().at(-1);
  if (createdAt === undefined) throw new RangeError('a case holds an intervention or a sweep');
  return {
    version: INTERVENE_CASE_VERSION,
    createdAt,
    ...(single ? { single: madeOf(single) } : {}),
    ...(sweep ? { sweep: madeOf(sweep) } : {}),
  };
}

function madeOf<Result>({ settings, from, result }: Figures<Result>): Made<Result> {
  return { settings, from, result };
}

export function figuresIn({ single, sweep }: InterveneCase): ShownFigures {
  return { ...(single ? { single: figuresOf(single) } : {}), ...(sweep ? { sweep: figuresOf(sweep) } : {}) };
}

export const KEPT_INTERVENTIONS: KeptKind<InterveneCase> = {
  kind: 'intervene',
  read: readInterveneCase,
  titleOf,
  modelOf: ({ single, sweep }) => (single ?? sweep)?.from.model ?? '',
};

/** "blocks.15.hook_resid_post: The capital of France is", or "sweep of resid_post: …". */
function titleOf({ single, sweep }: InterveneCase): string {
  const text = inShort((single ?? sweep)?.settings.text ?? '');
  if (!sweep) return `${single?.result.hook ?? ''}: ${text}`;
  return vscode.l10n.t('sweep of {0}: {1}', sweep.result.site, text);
}
