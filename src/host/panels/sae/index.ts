/** The panel of features, with the commands that lead to it. */
import * as vscode from 'vscode';
import { saePanelSchemas } from '../../../protocol/panels/sae.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import type { RegisteredPanel } from '../registered.ts';
import { SaeModel, type FeaturePlace } from './saeModel.ts';

export function registerSaePanel(services: Services): RegisteredPanel {
  const model = new SaeModel(services);
  const panel = new PanelHost(services, {
    id: 'sae',
    title: vscode.l10n.t('Features'),
    schemas: saePanelSchemas,
    model,
  });
  const commands = registerGroup(services, {
    showFeatures: (at?: FeaturePlace | { readonly of: 'completion' }) => {
      if (at && 'feature' in at) model.openAt(at);
      else if (at && 'of' in at) model.readCompletion();
      panel.show();
    },
  });
  return { dispose: () => vscode.Disposable.from(commands, panel).dispose() };
}
