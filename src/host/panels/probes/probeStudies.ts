/** Studies of probes as long work of the window and as they are kept: measured place by place, named, and exported. */
import * as vscode from 'vscode';
import { ModelError } from '../../../core/errors.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import { PROBE_STUDY_VERSION, readProbeStudy } from '../../../core/probes/study.ts';
import type { ProbeQuestion, ProbeStudy } from '../../../core/probes/study.ts';
import type { Progress } from '../../../protocol/engineService.ts';
import type { ProbesWork } from '../../../protocol/panels/probes.ts';
import { VERSION } from '../../../protocol/version.ts';
import { exportJson } from '../../exportJson.ts';
import type { KeptKind } from '../../runs/runShelf.ts';
import type { Services } from '../../services.ts';
import type { StudyListener } from '../studyDesk.ts';

/** The kind of the task; one runs at a time. */
export const PROBING = 'probes';

export const KEPT_PROBES: KeptKind<ProbeStudy> = {
  kind: 'probes',
  read: readProbeStudy,
  titleOf,
  modelOf: ({ model }) => model.name,
};

/** Resolves when every place is probed. @throws CancelledError, ModelError `model-changed`, and what probing throws */
export async function probePlaces(
  { engine, tasks }: Pick<Services, 'engine' | 'tasks'>,
  question: ProbeQuestion,
  { onWork, onStudy }: StudyListener<ProbeStudy, ProbesWork>,
): Promise<void> {
  const { hooks, languages, seed } = question;
  let study: ProbeStudy | undefined;
  let place = 0;
  const workAt = ({ phase, done, total = 0, unit }: Omit<Progress, 'kind'>, leftMs?: number): ProbesWork => ({
    ...{ hook: hooks[place] ?? '', place: place + 1, places: hooks.length, phase, done, total, unit },
    ...(leftMs === undefined ? {} : { leftMs }),
  });
  onWork(workAt({ phase: '', done: 0, unit: '' }));
  const options = {
    kind: PROBING,
    title: vscode.l10n.t('Probing the layers'),
    // The panel shows it; where there is none, the task is brought forward.
    location: vscode.ProgressLocation.Window,
    onProgress: (progress: Progress, leftMs: number | undefined) => onWork(workAt(progress, leftMs)),
  } as const;
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  await tasks.run(options, async ({ signal, report }) => {
    for (const [i, hook] of hooks.entries()) {
      place = i;
      await engine.use(
        async (client, { name, precision, fingerprint }) => {
          if (study && (study.model.fingerprint !== fingerprint || study.model.precision !== precision))
            throw modelChanged();
          const result = await client.probe({ languages, hook, seed }, { signal, onEvent: report });
          study = {
            ...{ version: PROBE_STUDY_VERSION, startedAt, elapsedMs: performance.now() - startMs },
            end: i + 1 === hooks.length ? 'complete' : 'cancelled',
            model: { name, precision, fingerprint },
            software: VERSION,
            ...question,
            results: [...(study?.results ?? []), result],
          };
        },
        { signal, onProgress: report },
      );
      if (study) onStudy(study);
    }
  });
}

function modelChanged(): ModelError {
  const { t } = vscode.l10n;
  return new ModelError('model-changed', t('another model was chosen meanwhile'), t('Measure again.'));
}

/** "C++, Python: resid_post", and how it ended where that was not well. */
export function titleOf({ languages, hooks, end }: ProbeStudy): string {
  const { t } = vscode.l10n;
  const subject = languages.map((id) => LANGUAGES[id].displayName).join(', ');
  const places = hooks.join(', ');
  if (end === 'cancelled') return t('{0}: {1}, cancelled', subject, places);
  return end === 'failed' ? t('{0}: {1}, broken off', subject, places) : t('{0}: {1}', subject, places);
}

/** Asks where to, and writes the study with every figure. */
export async function exportProbes(study: ProbeStudy): Promise<void> {
  const name = ['probes', ...study.languages, study.startedAt.slice(0, 10)].join('-');
  const target = await exportJson(vscode.l10n.t('The file to write the study to'), name, study);
  if (!target) return;
  const said = vscode.l10n.t('The study is in {0}.', vscode.workspace.asRelativePath(target));
  void vscode.window.setStatusBarMessage(said, 5000);
}
