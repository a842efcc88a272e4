/** The panel of probes, with the commands that lead to it. */
import * as vscode from 'vscode';
import { readProbeStudy } from '../../../core/probes/study.ts';
import { probesSchemas } from '../../../protocol/panels/probes.ts';
import { registerGroup } from '../../commands/register.ts';
import type { KnownDirection } from '../../directions/catalogue.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import { exportOpener, type RegisteredPanel } from '../registered.ts';
import { ProbesModel } from './probesModel.ts';
import { settingsOf } from './settings.ts';

/** A line of the tree of directions. */
interface DirectionNode {
  readonly direction?: KnownDirection;
}

export function registerProbesPanel(services: Services): RegisteredPanel {
  const model = new ProbesModel(services);
  const panel = new PanelHost(services, {
    id: 'probes',
    title: vscode.l10n.t('Probes'),
    schemas: probesSchemas,
    model,
  });
  const commands = registerGroup(services, {
    /** With a direction its languages are probed at once; otherwise the panel asks which. */
    probeLayers: (node?: DirectionNode) => {
      panel.show();
      const settings = node?.direction && settingsOf(node.direction, model.settings);
      if (settings === undefined || model.desk.isBusy) return;
      model.choose(settings);
      model.start();
    },
    probeFile: async () => {
      panel.show();
      await model.file.read();
    },
  });
  return {
    openExport: exportOpener(readProbeStudy, (study) => {
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
