/** Every word that the panel of comparisons shows, in English; see `biasWords.ts`. */
import { COMPARISON_WORDS, type ComparisonWords } from '../../core/charts/comparison.ts';
import type { Words } from '../../core/charts/words.ts';
import { CASE_WORDS, type CaseWords } from './caseWords.ts';

const PAGE = {
  title: 'Compare steerings',
  lead: 'One prompt, answered twice: what does steering change in the text, in each token’s probabilities, and in which layer?',
  prompt: 'Prompt',
  surface: 'Asked as',
  answer: 'a chat',
  raw: 'text to be continued',
  sideA: 'A',
  sideB: 'B',
  off: 'not steered',
  strength: 'Strength of {0}',
  strengthOf: '×{0}',
  tokens: 'Tokens',
  start: 'Compare',
  cancel: 'Cancel',
  getModel: 'Get the Default Model',
  noModel: 'There is no model on this machine yet.',
  opening: 'Opening the model …',
  starting: 'starting …',
  fromCompletion:
    'As the completion was asked for: with what it was made to begin with, what follows it, and where it stops.',
  stale: 'The texts below are of other settings.',
  staleButton: 'Compare Again',
  empty: 'Nothing compared yet. Type a prompt, or select text in an editor and choose “Compare Steerings”.',
  done: 'Compared: the texts part at token {0}.',
  doneSame: 'Compared: both texts are the same.',
  textsTitle: 'Both texts',
  textsNote:
    'The first token that differs is boxed. Tokens that were chosen from a run in which steering was in scope are underlined.',
  partsAt: 'first difference, token {0}',
  sameText: 'Both texts are the same, token by token.',
  ended: 'ended: {0}',
  stopEos: 'by the model',
  stopLength: 'at the most tokens',
  stopText: 'at a text that ends it',
  stopNonfinite: 'activations overflowed',
  decided:
    'After token {0} the text so far was read again without this steering (scope decide): what was decided stays, and nothing steers on.',
  read: 'Text that is read',
  textA: 'the text of A',
  textB: 'the text of B',
  klTitle: 'KL and probability shift by token',
  klNote:
    'The text is read under A and under B (teacher-forced). KL(A ‖ B) is of the distributions that each token was chosen from: 0 where both say the same. The shift is of the token that was written: below 0 where B holds it less likely.',
  gridTitle: 'Where the runs part',
  gridNote:
    'Relative difference |h_A − h_B| / |h_A| of the residual stream over the same text. The first layer above the threshold is marked; Enter on a cell shows its token.',
  traceATitle: 'Steering applied: A',
  traceBTitle: 'Steering applied: B',
  traceNote:
    'Of the run that each token was chosen from, at its last position. What steered earlier positions acts on through attention. A gate’s value is σ(hA + c) of its probe, the largest of its directions (ACT, arXiv 2406.00034).',
  detailTitle: 'Token {0}',
  detailCaption: 'The likeliest tokens there, under A and under B.',
  rank: 'rank',
  probability: 'p',
  underA: 'A',
  underB: 'B',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the figures.',
  model: 'Model',
  precision: 'Precision',
  precisionNote: '{0}: distributions as the head gives them, without repetition penalty and temperature',
  promptTokens: 'Prompt',
  inTokens: '{0} tokens',
  threshold: 'Threshold',
  date: 'Date',
  version: 'Steerscope',
  seed: 'Seed',
} as const;

export const COMPARE_WORDS = { page: PAGE, cases: CASE_WORDS, charts: COMPARISON_WORDS } as const;

export interface CompareWords {
  readonly page: Words<typeof PAGE>;
  readonly cases: CaseWords;
  readonly charts: ComparisonWords;
}
