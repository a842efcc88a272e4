/** What a click on the status bar offers: what can be done now, and nothing that cannot. */
import * as vscode from 'vscode';
import { choiceWithStrength } from '../../core/steering/choice.ts';
import { steeredHere } from '../completion/cursor.ts';
import { isUsable } from '../engine/engineHost.ts';
import type { Services } from '../services.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

export function menuCommands(services: Services): Commands {
  return { menu: () => showMenu(services) };
}

interface Entry extends vscode.QuickPickItem {
  readonly command?: string;
}

async function showMenu({ engine, steering, settings, completionState }: Services): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const hasModel = isUsable(engine.state);
  const choice = editor ? steering.inForce(steeredHere(editor)).choice : settings.defaultSteering(undefined);
  const entries: (Entry | false)[] = [
    !hasModel && { label: t('$(cloud-download) Get the default model'), command: 'getModel' },
    { label: t('$(compass) Choose steering…'), description: choiceWithStrength(choice), command: 'chooseSteering' },
    hasModel && editor !== undefined && { label: t('$(sparkle) Complete here'), command: 'triggerCompletion' },
    hasModel && editor !== undefined && { label: t('$(diff) Compare steered with unsteered here'), command: 'compare' },
    hasModel && { label: t('$(graph) Measure the language bias'), command: 'measureBias' },
    hasModel && { label: t('$(pulse) Probe the layers'), command: 'probeLayers' },
    hasModel && { label: t('$(beaker) Fit a direction to a language…'), command: 'fitLanguage' },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: t('$(server) Select model…'), description: engine.state.summary?.name ?? '', command: 'selectModel' },
    completionState.last !== undefined && { label: t('$(search) Inspect the last completion'), command: 'inspect' },
    completionState.last !== undefined && {
      label: t('$(layers) Layers of the last completion'),
      command: 'readCompletionLayers',
    },
    completionState.isSnoozed
      ? { label: t('$(bell) Resume completions'), command: 'resume' }
      : { label: t('$(bell-slash) Snooze completions…'), command: 'snooze' },
    { label: t('$(refresh) Restart engine'), description: engine.state.engine, command: 'restartEngine' },
    { label: t('$(output) Show log'), command: 'showLog' },
    { label: t('$(gear) Settings'), command: 'openSettings' },
    { label: t('$(book) Get started'), command: 'openWalkthrough' },
  ];
  const picked = await vscode.window.showQuickPick(
    entries.filter((entry) => entry !== false),
    { title: 'Steerscope' },
  );
  if (picked?.command) await vscode.commands.executeCommand(`steerscope.${picked.command}`);
}
