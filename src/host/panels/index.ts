/** The panels there are, and the runs that they have kept. Adding a panel is a folder and a line here. */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { PANEL_IDS, type PanelId } from '../../protocol/panels/panel.ts';
import { registerGroup } from '../commands/register.ts';
import type { RunSummary } from '../runs/runStore.ts';
import type { Services } from '../services.ts';
import { registerBiasPanel } from './bias/index.ts';
import { registerLayersPanel } from './layers/index.ts';
import { registerProbesPanel } from './probes/index.ts';
import { registerIntervenePanel } from './intervene/index.ts';
import { registerComparePanel } from './compare/index.ts';
import { registerSaePanel } from './sae/index.ts';
import type { RegisteredPanel } from './registered.ts';
import { pickFile, readJson, traceIn, unreadable } from './trace.ts';

const PANELS: Readonly<Record<PanelId, (services: Services) => RegisteredPanel>> = {
  bias: registerBiasPanel,
  layers: registerLayersPanel,
  probes: registerProbesPanel,
  intervene: registerIntervenePanel,
  compare: registerComparePanel,
  sae: registerSaePanel,
};

/** A line of the tree of runs, or whoever else names one. */
export interface RunNode {
  readonly run?: Pick<RunSummary, 'id' | 'kind' | 'title'>;
}

export function registerPanels(services: Services): vscode.Disposable {
  const { t } = vscode.l10n;
  const panels = PANEL_IDS.map((id) => [id, PANELS[id](services)] as const);
  const byKind = new Map<string, RegisteredPanel>(panels);
  const commands = registerGroup(services, {
    openRun: async (node?: RunNode) => {
      const run = node?.run ?? (await pickRun(services, t('The run to open')));
      if (!run) return;
      const openRun = byKind.get(run.kind)?.openRun;
      if (!openRun)
        throw new UsageError(
          'unknown-kind',
          t('no panel shows runs of the kind {0}', run.kind),
          t('Update Steerscope.'),
        );
      await openRun(run.id);
    },
    openTrace: async (chosen?: vscode.Uri) => {
      const file = chosen instanceof vscode.Uri ? chosen : await pickFile();
      if (file) openContent(byKind, await readJson(file));
    },
    removeRun: async (node?: RunNode) => {
      const run = node?.run ?? (await pickRun(services, t('The run to remove')));
      if (run) await removeRun(services, run);
    },
  });
  return vscode.Disposable.from(commands, ...panels.map(([, panel]) => panel));
}

/** Shows what a trace or an export of some panel holds. @throws StoreError `unreadable-trace` where no panel knows it */
function openContent(panels: ReadonlyMap<string, RegisteredPanel>, content: unknown): void {
  const { t } = vscode.l10n;
  const trace = traceIn(content);
  if (trace) {
    const open = panels.get(trace.panel)?.openTrace;
    if (!open) throw unreadable(t('no panel shows traces of the kind {0}', trace.panel));
    return open(trace);
  }
  if (![...panels.values()].some((panel) => panel.openExport?.(content) === true))
    throw unreadable(t('it is no trace of this version of Steerscope'));
}

async function pickRun({ runs }: Services, title: string): Promise<RunSummary | undefined> {
  const items = (await runs.list()).map((run) => ({
    label: run.title,
    description: run.model,
    detail: new Date(run.createdAt).toLocaleString(vscode.env.language),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.run;
}

async function removeRun({ runs }: Services, { id, title }: Pick<RunSummary, 'id' | 'title'>): Promise<void> {
  const { t } = vscode.l10n;
  const remove = t('Remove');
  const detail = t('Its answers and figures are deleted.');
  const answer = await vscode.window.showWarningMessage(
    t('Remove the run {0}?', title),
    { modal: true, detail },
    remove,
  );
  if (answer === remove) await runs.remove(id);
}
