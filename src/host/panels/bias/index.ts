/** The bias panel, with the command that measures. */
import * as vscode from 'vscode';
import { readStudy } from '../../../core/bias/study.ts';
import { biasSchemas } from '../../../protocol/panels/bias.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import { exportOpener, type RegisteredPanel } from '../registered.ts';
import { BiasModel } from './biasModel.ts';

export function registerBiasPanel(services: Services): RegisteredPanel {
  const model = new BiasModel(services);
  const panel = new PanelHost(services, {
    id: 'bias',
    title: vscode.l10n.t('Language Bias'),
    schemas: biasSchemas,
    model,
  });
  const commands = registerGroup(services, {
    measureBias: () => {
      panel.show();
      // A study under way is only shown: whoever asks again wants to see it.
      if (!model.desk.isBusy) model.start();
    },
  });
  return {
    openExport: exportOpener(readStudy, (study) => {
      model.desk.openStudy(study);
      panel.show();
    }),
    openRun: async (id) => {
      panel.show();
      await model.desk.open(id);
    },
    dispose: () => vscode.Disposable.from(commands, panel).dispose(),
  };
}
