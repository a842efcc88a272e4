/** The panel of layers, with the commands that read into it. */
import * as vscode from 'vscode';
import { layersSchemas } from '../../../protocol/panels/layers.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import type { RegisteredPanel } from '../registered.ts';
import { LayersModel } from './layersModel.ts';

export function registerLayersPanel(services: Services): RegisteredPanel {
  const model = new LayersModel(services);
  const panel = new PanelHost(services, {
    id: 'layers',
    title: vscode.l10n.t('Layers'),
    schemas: layersSchemas,
    model,
  });
  const commands = registerGroup(services, {
    showLayers: () => panel.show(),
    readLayers: () => {
      // Before the panel takes the place of the editor.
      model.readEditor();
      panel.show();
    },
    readCompletionLayers: () => {
      model.readCompletion();
      panel.show();
    },
  });
  return {
    openTrace: (trace) => {
      model.openTrace(trace);
      panel.show();
    },
    dispose: () => vscode.Disposable.from(commands, panel).dispose(),
  };
}
