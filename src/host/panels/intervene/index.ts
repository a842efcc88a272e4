/** The panel of interventions, with the commands that open it. */
import * as vscode from 'vscode';
import { interveneSchemas } from '../../../protocol/panels/intervene.ts';
import { readInterveneCase } from '../../../protocol/panels/interveneCase.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import { exportOpener, type RegisteredPanel } from '../registered.ts';
import { InterveneModel } from './interveneModel.ts';
import { completedSubject, nothingCompleted, selectedSubject } from './subject.ts';

export function registerIntervenePanel(services: Services): RegisteredPanel {
  const model = new InterveneModel(services);
  const panel = new PanelHost(services, {
    id: 'intervene',
    title: vscode.l10n.t('Intervene'),
    schemas: interveneSchemas,
    model,
  });
  const commands = registerGroup(services, {
    // What is selected, or else what was completed last, unless there is a text already.
    intervene: () => {
      const subject = selectedSubject(services) ?? (model.hasText ? undefined : completedSubject(services));
      panel.show();
      if (subject) model.take(subject);
    },
    interveneCompletion: () => {
      const subject = completedSubject(services);
      if (!subject) throw nothingCompleted();
      panel.show();
      model.take(subject);
    },
  });
  return {
    openExport: exportOpener(readInterveneCase, (opened) => {
      model.openCase(opened);
      panel.show();
    }),
    openRun: async (id) => {
      panel.show();
      await model.open(id);
    },
    dispose: () => vscode.Disposable.from(commands, panel).dispose(),
  };
}
