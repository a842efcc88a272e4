/**
 * Every word that the panel of language bias shows, in English. The host sends the same table in the user's language;
 * neither page nor chart has a word of its own.
 */
import { CONDITION_WORDS } from '../../core/charts/conditions.ts';
import { NOT_LANGUAGES } from '../../core/charts/format.ts';
import { HEAT_WORDS } from '../../core/charts/heatMap.ts';
import { SHARES_WORDS } from '../../core/charts/languageShares.ts';
import { SWEEP_WORDS } from '../../core/charts/strengthSweep.ts';
import { GROUP_WORDS } from '../../core/bias/groups.ts';
import type { Words } from '../../core/charts/words.ts';

const PAGE = {
  title: 'Language bias',
  lead: 'Which language does the model answer in when nobody names one, and how far does a direction turn it?',
  direction: 'Direction',
  noDirection: 'none: the model as it is',
  prompts: 'Prompts',
  tasks: 'Tasks',
  tasksCore: 'mixed: those of the published figures',
  tasksStudy: 'scientific: both kinds by turns',
  style: 'Prompt style',
  allStyles: 'all three',
  compare: 'Compare with',
  compareNone: 'no other study',
  kindTitle: 'By kind of task',
  kindNote:
    'The unsteered answers in the main prompt style. High-level: a formula, a statistic, a quick model; performance-critical: many steps or cells, where speed and memory matter; general: no science. Thin lines are 95% Wilson intervals; of a difference the interval is that of Newcombe (1998, method 10).',
  styleTitle: 'By prompt style',
  styleNote:
    'The unsteered answers to the same tasks, put as an instruction, a question, or a comment in an empty file, whose mark // is itself a hint. Thin lines are 95% Wilson intervals; of a difference of pairs the interval is that of Newcombe (1998, method 10).',
  comparedTitle: 'Beside another study',
  comparedNote:
    'The unsteered answers of both studies, each in its main prompt style. Thin lines are 95% Wilson intervals; of a difference the interval is that of Newcombe (1998, method 10), for pairs where both asked the same tasks.',
  otherModel: 'Other model: {0}, {1}.',
  sweep: 'Strength sweep',
  start: 'Measure',
  cancel: 'Cancel',
  export: 'Export as JSON…',
  past: 'Past studies',
  pastChoose: 'Choose a study…',
  getModel: 'Get the Default Model',
  noModel: 'There is no model on this machine yet.',
  opening: 'Opening the model …',
  empty: 'Nothing measured yet. A study asks the same prompts as the model is, steered, and asked in the prompt.',
  estimate: '{0} answers, up to {1} tokens each',
  progress: '{0} of {1} answers',
  left: 'about {0} left',
  starting: 'starting …',
  complete: 'Complete',
  cancelled: 'Cancelled: {0} of {1} answers',
  failed: 'Broken off: {0} of {1} answers',
  underWay: 'Under way: {0} of {1} answers',
  date: 'Date',
  model: 'Model',
  precision: 'Precision',
  direct: 'Direction',
  count: 'Prompts',
  took: 'Took',
  version: 'Steerscope',
  inTarget: '{0}, {1}',
  ofAnswers: '{0} of {1}',
  validOf: '{0} valid',
  sharesTitle: 'Languages of the answers',
  sharesNote:
    'The language of the body of the code, told by a detector that the fitting never consulted. Thin lines are 95% Wilson intervals.',
  sweepTitle: 'Strength sweep',
  sweepNote:
    'Strength 1 is as fitted; under each strength the dose, |s·v| / |h|. Valid: in the language, without a syntax error, and not in a loop. Thin lines are 95% Wilson intervals. The zones follow the estimates: with few prompts their edges are rough.',
  heatTitle: 'Languages by strength',
  heatNote: 'The share of answers in each language. Strength 0 is the model as it is.',
  shareLine: 'in {0}',
  validLine: 'valid',
  warningZone: 'less than ¾ of the best',
  dangerZone: 'less than half of the best',
  strengthAxis: 'strength and dose',
  shareAxis: 'share of answers',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the figures.',
} as const;

export const BIAS_WORDS = {
  page: PAGE,
  anyCode: 'code',
  conditions: CONDITION_WORDS,
  languages: NOT_LANGUAGES,
  shares: SHARES_WORDS,
  groups: GROUP_WORDS,
  sweep: SWEEP_WORDS,
  heat: HEAT_WORDS,
} as const;

export interface BiasWords {
  readonly page: Words<typeof PAGE>;
  readonly anyCode: string;
  readonly conditions: Words<typeof CONDITION_WORDS>;
  readonly languages: Words<typeof NOT_LANGUAGES>;
  readonly shares: Words<typeof SHARES_WORDS>;
  readonly groups: Words<typeof GROUP_WORDS>;
  readonly sweep: Words<typeof SWEEP_WORDS>;
  readonly heat: Words<typeof HEAT_WORDS>;
}
