/** The panel of comparisons, and the ways into it. */
import * as vscode from 'vscode';
import { readCase } from '../../../protocol/panels/compareCase.ts';
import { compareSchemas } from '../../../protocol/panels/compare.ts';
import { registerGroup } from '../../commands/register.ts';
import type { Services } from '../../services.ts';
import { PanelHost } from '../panelHost.ts';
import { exportOpener, type RegisteredPanel } from '../registered.ts';
import { CompareModel } from './compareModel.ts';
import type { Subject } from './subject.ts';
import { atPlace, lastCompletion, selected, type LensPlace } from './waysIn.ts';

export function registerComparePanel(services: Services): RegisteredPanel {
  const model = new CompareModel(services);
  const panel = new PanelHost(services, {
    id: 'compare',
    title: vscode.l10n.t('Compare Steerings'),
    schemas: compareSchemas,
    model,
  });
  const compare = (subject: Subject | undefined): void => {
    if (!subject) return;
    panel.show();
    model.take(subject);
  };
  const commands = registerGroup(services, {
    compareSteerings: () => {
      const subject = selected(services);
      if (subject) compare(subject);
      // Without a selection the prompt is typed there.
      else panel.show();
    },
    compareCompletion: () => compare(lastCompletion(services)),
    comparePlace: async (place: LensPlace) => compare(await atPlace(services, place)),
  });
  return {
    openExport: exportOpener(readCase, (comparison) => {
      model.openCase(comparison);
      panel.show();
    }),
    openRun: async (id) => {
      panel.show();
      await model.open(id);
    },
    dispose: () => vscode.Disposable.from(commands, panel).dispose(),
  };
}
