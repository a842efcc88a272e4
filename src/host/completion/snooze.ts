/** When completions come by themselves: switched, paused for a while, and resumed. */
import * as vscode from 'vscode';
import type { Commands } from '../commands/register.ts';
import type { Services } from '../services.ts';

const { t } = vscode.l10n;

const MINUTE_MS = 60_000;

export function snoozeCommands({ settings, completionState }: Services): Commands {
  const snooze = async (): Promise<void> => {
    const pauses = [
      { label: t('5 minutes'), ms: 5 * MINUTE_MS },
      { label: t('15 minutes'), ms: 15 * MINUTE_MS },
      { label: t('An hour'), ms: 60 * MINUTE_MS },
      { label: t('Until I resume them'), ms: Infinity },
    ];
    const title = t('No automatic completions for how long? Asked for, they still come.');
    const pause = await vscode.window.showQuickPick(pauses, { title });
    if (pause) completionState.snooze(pause.ms);
  };
  const resume = (): void => completionState.snooze(0);
  return {
    snooze,
    resume,
    toggleAutomatic: async () => {
      const document = vscode.window.activeTextEditor?.document;
      const isAutomatic = settings.completion(document).mode === 'automatic';
      await settings.change('completion.mode', isAutomatic ? 'manual' : 'automatic', document);
      const said = isAutomatic ? t('Completions come when asked for.') : t('Completions come after a pause in typing.');
      vscode.window.setStatusBarMessage(said, 4000);
    },
  };
}
