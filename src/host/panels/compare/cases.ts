/** Comparisons that were kept, and one as a file of the user's. */
import * as vscode from 'vscode';
import type { ComparisonCase, SideSettings } from '../../../protocol/panels/compare.ts';
import { readCase } from '../../../protocol/panels/compareCase.ts';
import type { Services } from '../../services.ts';
import { RunShelf } from '../../runs/runShelf.ts';
import { exportJson } from '../../exportJson.ts';

/** As the files say, and as the id of the panel that shows them is. */
const KIND = 'compare';

const TITLE_CHARACTERS = 40;

export function caseShelf(services: Pick<Services, 'runs' | 'log'>, onChange: () => void): RunShelf<ComparisonCase> {
  const modelOf = ({ result }: ComparisonCase): string => result.model;
  return new RunShelf(services, { kind: KIND, read: readCase, titleOf, modelOf }, onChange);
}

/** "unsteered ↔ cpp ×2: Write a program that …". */
export function titleOf({ settings: { a, b, prompt } }: ComparisonCase): string {
  const line = [...prompt.trim().replace(/\s+/g, ' ')];
  const cut = line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS).join('')}…` : line.join('');
  return `${nameOf(a)} ↔ ${nameOf(b)}: ${cut}`;
}

function nameOf({ direction, strength }: SideSettings): string {
  return direction === null ? vscode.l10n.t('unsteered') : `${direction} ×${strength}`;
}

/** Asks where to, and writes the comparison with every figure. */
export async function exportCase(comparison: ComparisonCase): Promise<void> {
  const name = `compare-${comparison.createdAt.slice(0, 10)}`;
  const target = await exportJson(vscode.l10n.t('The file to write the comparison to'), name, comparison);
  if (!target) return;
  const said = vscode.l10n.t('The comparison is in {0}.', vscode.workspace.asRelativePath(target));
  void vscode.window.setStatusBarMessage(said, 5000);
}
