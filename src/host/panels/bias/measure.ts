/** A study as long work of the window: cancelled from panel or corner, its progress in figures and words. */
import * as vscode from 'vscode';
import type { PlannedPart } from '../../../core/bias/plan.ts';
import type { BiasStudy } from '../../../core/bias/study.ts';
import { conditionNames } from '../../../core/charts/conditions.ts';
import { LANGUAGES } from '../../../core/language/languages.ts';
import type { BiasWork } from '../../../protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../../protocol/panels/biasWords.ts';
import type { Services } from '../../services.ts';
import { localised } from '../localised.ts';
import type { StudyListener } from '../studyDesk.ts';
import { runStudy, sizeOfStudy, type StudyStep, type StudySubject } from './runStudy.ts';

/** The kind of the task; one runs at a time. */
export const MEASURING = 'bias';

/** Resolves when the study is complete. @throws CancelledError and whatever stopped it */
export async function measure(
  { engine, tasks }: Pick<Services, 'engine' | 'tasks'>,
  subject: StudySubject,
  { onWork, onStudy }: StudyListener<BiasStudy, BiasWork>,
): Promise<void> {
  const { t } = vscode.l10n;
  let work: BiasWork = { ...sizeOfStudy(subject), answers: 0, tokens: 0, phase: '' };
  onWork(work);
  const options = {
    kind: MEASURING,
    title: t('Measuring the language bias'),
    // The panel shows it; where there is none, the task is brought forward.
    location: vscode.ProgressLocation.Window,
    onProgress: (_: unknown, leftMs: number | undefined) => {
      const { leftMs: _before, ...rest } = work;
      work = { ...rest, ...(leftMs === undefined ? {} : { leftMs }) };
      onWork(work);
    },
  } as const;
  await tasks.run(options, ({ signal, report }) =>
    runStudy({
      ...subject,
      engine,
      signal,
      onOpening: (progress) => {
        work = { ...work, phase: progress.phase };
        report(progress);
      },
      onStep: (step) => {
        const { answers, tokens } = step;
        work = { ...work, answers, tokens, phase: phaseOf(step, subject) };
        report({ kind: 'progress', phase: t('answering'), done: tokens, total: step.totalTokens, unit: t('tokens') });
      },
      onBatch: onStudy,
    }),
  );
}

/** What is being answered, in words: "steered to C++, strength 2". */
function phaseOf({ part }: StudyStep, { direction, styles }: StudySubject): string {
  const { language, name = '' } = direction ?? {};
  const target = language === undefined ? name : LANGUAGES[language].displayName;
  const condition = conditionNames(target, localised(BIAS_WORDS.conditions))[part.condition];
  const words = isFitted(part) ? condition : vscode.l10n.t('{0}, strength {1}', condition, part.strength);
  return styles.length === 1 ? words : `${words}, ${localised(BIAS_WORDS.groups)[part.style]}`;
}

/** Nothing steers, or at the strength that the direction was fitted with. */
function isFitted({ strength }: PlannedPart): boolean {
  return strength === 0 || strength === 1;
}
