/** The line-by-line read-out as a part, and the command that makes a probe for a model that none ships for. */
import * as vscode from 'vscode';
import { registerGroup } from '../commands/register.ts';
import type { Services } from '../services.ts';
import { LanguageLines } from './languageLines.ts';

const { t } = vscode.l10n;

export function registerLanguageLines(services: Services): vscode.Disposable {
  const lines = new LanguageLines(services);
  return vscode.Disposable.from(
    lines,
    registerGroup(services, {
      fitLines: async () => {
        await fitLines(services);
        lines.again();
        // Whoever waited for it knows that it was made: an error is told, and nothing is returned.
        return true;
      },
    }),
  );
}

async function fitLines({ engine, tasks }: Services): Promise<void> {
  const title = t('Making a probe of the languages of lines');
  await tasks.run({ kind: 'fitLines', title }, ({ signal, report }) =>
    engine.use(
      (client, { fingerprint }) => {
        // A name for each model: another model's probe is not replaced.
        const name = `languages-${fingerprint.slice(0, 12)}`;
        return client.fitLines({ name, replace: true, seed: 0 }, { signal, onEvent: report });
      },
      { signal, onProgress: report },
    ),
  );
  void vscode.window.setStatusBarMessage(t('$(check) The languages of lines can be read now.'), 5000);
}
