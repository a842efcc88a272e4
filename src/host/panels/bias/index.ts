/** The bias panel, with the command that measures. */
import * as vscode from 'vscode';
import { readStudy } from '../../../core/bias/study.ts';
import { biasSchemas } from '../../../protocol/panels/bias.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import type { RegisteredPanel } from '../registered.ts';
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
      if (!model.isMeasuring) model.start();
    },
  });
  return {
    openExport: (data) => {
      const study = readStudy(data);
      if (study) model.openStudy(study);
      if (study) panel.show();
      return study !== undefined;
    },
    openRun: async (id) => {
      panel.show();
      await model.open(id);
    },
    dispose: () => vscode.Disposable.from(commands, panel).dispose(),
  };
}
