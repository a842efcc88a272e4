/** Who looks on while a completion is written, and what they are told. Types only. */
import type * as vscode from 'vscode';
import type { CompletionPlan } from '../../core/completion/plan.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import type { WrittenLayers } from '../../protocol/generateTypes.ts';

/** A completion that the model is about to write. */
export interface Writing {
  readonly uri: vscode.Uri;
  readonly position: vscode.Position;
  readonly plan: CompletionPlan;
  readonly model: ModelSummary;
}

/** Told of a completion while it is written. */
export interface WritingListener {
  readonly onLayers: (tokens: readonly WrittenLayers[]) => void;
  /** However it ended. */
  readonly onEnd: () => void;
}

/** Somebody who looks on; undefined where nobody does just now, and then nothing is measured. */
export type Onlooker = (writing: Writing) => WritingListener | undefined;
