/** An intervention or a sweep as long work of the window: cancelled from panel or corner, its progress in runs. */
import * as vscode from 'vscode';
import type { Progress } from '../../../protocol/engineService.ts';
import type { InterveneWork, Provenance } from '../../../protocol/panels/intervene.ts';
import { VERSION } from '../../../protocol/version.ts';
import type { EngineClient } from '../../engine/engineHost.ts';
import type { Services } from '../../services.ts';

/** The kind of the task; one runs at a time. */
export const INTERVENING = 'intervene';

/** The options of a call that is cancelled and shown. */
export interface Asked {
  readonly signal: AbortSignal;
  readonly onEvent: (progress: Progress) => void;
}

/** @throws CancelledError and what the engine throws */
export async function runTask<T>(
  { engine, tasks }: Pick<Services, 'engine' | 'tasks'>,
  onWork: (work: Omit<InterveneWork, 'kind'>) => void,
  call: (client: EngineClient, calls: Asked) => Promise<T>,
): Promise<{ result: T; from: Provenance }> {
  onWork({ done: 0, total: 0 });
  const options = {
    kind: INTERVENING,
    title: vscode.l10n.t('Intervening in the model'),
    // The panel shows it; where there is none, the task is brought forward.
    location: vscode.ProgressLocation.Window,
    onProgress: ({ done, total = 0, unit }: Progress, leftMs: number | undefined) => {
      if (unit === 'runs') onWork({ done, total, ...(leftMs === undefined ? {} : { leftMs }) });
    },
  } as const;
  return tasks.run(options, ({ signal, report }) =>
    engine.use(
      async (client, { name, precision }) => {
        const result = await call(client, { signal, onEvent: report });
        const from = { model: name, precision, madeAt: new Date().toISOString(), software: VERSION };
        return { result, from };
      },
      { signal, onProgress: report },
    ),
  );
}
