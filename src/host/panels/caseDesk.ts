/**
 * What one panel shows as a case: which one, those that were kept, keeping it, and one as a file of the user's, which opens
 * again without the model. What a case holds is its panel's.
 */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { exportJson } from '../exportJson.ts';
import { RunShelf, type KeptKind, type KeptRun } from '../runs/runShelf.ts';
import type { Services } from '../services.ts';

interface Dated {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The case that is shown. */
interface ShownCase<Case> {
  readonly value: Case;
  /** New for each: pages ask by it. */
  readonly id: string;
  /** Where it was kept. */
  readonly caseId?: string;
}

export class CaseDesk<Case extends Dated> implements vscode.Disposable {
  private readonly shelf: RunShelf<Case>;
  private current: ShownCase<Case> | undefined;
  /** The id of what is being written: a second click keeps nothing twice. */
  private beingKept: string | undefined;

  /** @param onChange told when something of this has changed */
  constructor(
    services: Pick<Services, 'runs' | 'log'>,
    private readonly kept: KeptKind<Case>,
    private readonly onChange: () => void,
  ) {
    this.shelf = new RunShelf(services, kept, onChange);
  }

  get shown(): ShownCase<Case> | undefined {
    return this.current;
  }

  /** What a snapshot says of all this. */
  get state(): { readonly past: readonly KeptRun[]; readonly caseId?: string } {
    const { past } = this.shelf;
    const caseId = this.current?.caseId;
    return { past, ...(caseId !== undefined && past.some(({ id }) => id === caseId) ? { caseId } : {}) };
  }

  /** @param caseId where it was kept */
  show(value: Case, caseId?: string): void {
    this.current = { value, id: randomUUID(), ...(caseId === undefined ? {} : { caseId }) };
    this.onChange();
  }

  /** A case that was kept. @throws StoreError */
  load(id: string): Promise<Case> {
    return this.shelf.load(id);
  }

  /** Keeps what is shown, once. @throws StoreError */
  async keep(): Promise<void> {
    const { current } = this;
    if (!current || current.caseId !== undefined || current.id === this.beingKept) return;
    this.beingKept = current.id;
    const caseId = await this.shelf.keep(current.value).finally(() => (this.beingKept = undefined));
    if (this.current?.id === current.id) this.current = { ...current, caseId };
    this.onChange();
  }

  /** Asks where to, and writes what is shown with every figure. */
  async save(): Promise<void> {
    if (!this.current) return;
    const { value } = this.current;
    const name = `${this.kept.kind}-${value.createdAt.slice(0, 10)}`;
    const target = await exportJson(vscode.l10n.t('The file to write the case to'), name, value);
    if (!target) return;
    const said = vscode.l10n.t('The case is in {0}.', vscode.workspace.asRelativePath(target));
    void vscode.window.setStatusBarMessage(said, 5000);
  }

  dispose(): void {
    this.shelf.dispose();
  }
}

const TITLE_CHARACTERS = 40;

/** The beginning of a text, as one line. */
export function inShort(text: string): string {
  const line = [...text.trim().replace(/\s+/g, ' ')];
  return line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS).join('')}…` : line.join('');
}
