/** The engine itself: restart, log, settings, switches. */
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

export function engineCommands({ engine, log, settings, directions }: Services): Commands {
  return {
    restartEngine: async () => {
      await engine.restart();
      await directions.refresh();
      void vscode.window.setStatusBarMessage(t('The engine is started anew when it is next needed.'), 5000);
    },
    showLog: () => log.show(),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:steerscope.steerscope'),
    openWalkthrough: () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'steerscope.steerscope#start', false),
    toggleCodeLens: () => settings.toggle('codeLens.enabled', vscode.window.activeTextEditor?.document),
    toggleLanguageLines: () => settings.toggle('languageLines.enabled', vscode.window.activeTextEditor?.document),
  };
}
