/** Comparisons as they are kept, and what they are called. */
import * as vscode from 'vscode';
import type { ComparisonCase, SideSettings } from '../../../protocol/panels/compare.ts';
import { readCase } from '../../../protocol/panels/compareCase.ts';
import type { KeptKind } from '../../runs/runShelf.ts';
import { inShort } from '../caseDesk.ts';

export const KEPT_COMPARISONS: KeptKind<ComparisonCase> = {
  kind: 'compare',
  read: readCase,
  titleOf,
  modelOf: ({ result }) => result.model,
};

/** "unsteered ↔ cpp ×2: Write a program that …". */
function titleOf({ settings: { a, b, prompt } }: ComparisonCase): string {
  return `${nameOf(a)} ↔ ${nameOf(b)}: ${inShort(prompt)}`;
}

function nameOf({ direction, strength }: SideSettings): string {
  return direction === null ? vscode.l10n.t('unsteered') : `${direction} ×${strength}`;
}
