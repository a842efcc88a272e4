/** What a cell asks of the engine, in full, and the key that all of it makes. Decides nothing about where cells are kept. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/artefact/json.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { NEUTRAL_OPENING } from '../../core/language/openings.ts';
import { CELL_VERSION } from '../../core/study/cell.ts';
import { studyPrompts } from '../../core/language/prompts/studyPrompts.ts';
import type { StudyPrompt } from '../../core/language/prompts/studyPrompts.ts';
import { partsOfMethod } from '../../core/study/file.ts';
import { askedFor, isScored } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import type { GenerateOptions, ModelSummary, Prompt } from '../../protocol/engineService.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';

/** Of an answer, how many tokens are scored: what is decided by then is decided. */
export const SCORED_TOKENS = 128;

/** An answer that is to be scored: after its own prompt and after another's, both asking for the language. */
export interface ScoredPrompt {
  readonly id: string;
  readonly asked: string;
  readonly otherAsked: string;
}

export interface CellRequest {
  readonly tasks: readonly StudyPrompt[];
  readonly prompts: readonly Prompt[];
  /** The batch is whatever fits: no answer depends on it. */
  readonly options: GenerateOptions;
  /** Empty where no language is asked for. */
  readonly scored: readonly ScoredPrompt[];
}

/** A closing fence ends an answer that was opened by one. */
const CLOSING = '\n```';

export function requestOf(cell: StudyCell, maxTokens: number, artefact?: ArtefactManifest): CellRequest {
  const { method, target, style, opening, strength } = cell;
  const tasks = studyPrompts(style, cell.prompts);
  const asks = target !== null && partsOfMethod(method).asks;
  return {
    tasks,
    prompts: tasks.map(({ id, prompt }) => ({ id, prompt: asks ? askedFor(prompt, target) : prompt })),
    options: {
      ...measureOptions,
      maxTokens,
      ...(opening === 'neutral' ? { prefill: NEUTRAL_OPENING, stop: [CLOSING] } : {}),
      steer: artefact === undefined ? [] : [{ name: artefact.name, strength }],
    },
    scored: target === null ? [] : scoredPrompts(tasks, target),
  };
}

function scoredPrompts(tasks: readonly StudyPrompt[], target: NonNullable<StudyCell['target']>): ScoredPrompt[] {
  const asked = tasks.map(({ prompt }) => askedFor(prompt, target));
  return tasks.flatMap(({ id }, i) =>
    isScored(i) ? [{ id, asked: asked[i], otherAsked: asked[(i + 1) % asked.length] }] : [],
  );
}

/** SHA-256 over all that a cell's answers and figures depend on. */
export function cellKey(
  { fingerprint, precision }: Pick<ModelSummary, 'fingerprint' | 'precision'>,
  { tasks, prompts, options, scored }: CellRequest,
  artefact?: ArtefactManifest,
): string {
  const { batch: _, steer, ...rest } = options;
  const parts = {
    version: CELL_VERSION,
    ...{ fingerprint, precision, tasks, prompts, scored, scoredTokens: SCORED_TOKENS },
    options: { ...rest, steer: steer.map(({ strength }) => strength) },
    artefact: artefact === undefined ? null : whatActs(artefact),
  };
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(parts)) as JsonValue))
    .digest('hex');
}

/** An artefact without what does not change what it does: its names, its dates and its figures. */
function whatActs(manifest: ArtefactManifest): unknown {
  const {
    id: _id,
    name: _name,
    createdAt: _at,
    figures: _figures,
    software: _software,
    model: _model,
    ...acts
  } = manifest;
  return acts;
}
