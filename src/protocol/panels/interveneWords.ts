/** Every word of the panel of interventions, in English. The host sends the same table in the user's language. */
import { NEXT_TOKENS_WORDS } from '../../core/charts/nextTokens.ts';
import { SWEEP_GRID_WORDS } from '../../core/charts/sweepGrid.ts';
import type { Words } from '../../core/charts/words.ts';
import { CASE_WORDS, type CaseWords } from './caseWords.ts';

const PAGE = {
  title: 'Intervene',
  lead: 'Change one value inside of the model while it reads a text, and see what its output becomes.',
  text: 'Text',
  takeSelection: 'Take the Selection',
  takeCompletion: 'Take the Last Completion',
  asChat: 'as the prompt of a chat',
  prefill: 'The answer begins with',
  read: 'Read the Text',
  token: 'Token: where the value is changed',
  sourceToken: 'Token of the source: where the value comes from',
  tokensHint: 'Arrow keys choose a token. Ġ is a space, Ċ the end of a line.',
  chosenToken: 'position {0} of {1}',
  layer: 'Layer',
  hook: 'Hook',
  head: 'Head (0 to {0}; empty: all)',
  neuron: 'Neuron (empty: all)',
  change: 'Change',
  factor: 'Factor',
  source: 'Source text',
  compared: 'Compare token',
  with: 'with token',
  comparedHint: 'A text that is one token, or #id. Empty: the two likeliest.',
  continued: 'Continue by (tokens)',
  start: 'Intervene',
  cancel: 'Cancel',
  getModel: 'Get the Default Model',
  noModel: 'There is no model on this machine yet.',
  opening: 'Opening the model …',
  notRead: 'The text has not been read yet: its tokens are known when the model is open.',
  noText: 'No text yet. Select one in an editor, take the last completion, or type one here.',
  noSource: 'A patch needs a source text.',
  empty: 'Nothing changed yet. Choose a token, a layer and a hook, and what is done to the value there.',
  singleRuns: 'Takes up to {0} runs of the text.',
  sweepRuns: 'The sweep takes {0} runs of the text.',
  sweepHeading: 'Sweep: the same change at every layer and position',
  layers: 'Layers (all, or 0,5,10-20)',
  last: 'The last … positions',
  startSweep: 'Sweep',
  progress: '{0} of {1} runs',
  left: 'about {0} left',
  stale: 'These figures are of other settings than those above.',
  otherModel: 'These figures are of another model: {0}, {1}.',
  kl: 'KL(changed || original)',
  klNote: 'nats: how far the next-token distribution moved',
  difference: 'Logit difference {0} − {1}',
  differenceNote: 'was {0}',
  recovered: 'Recovered',
  recoveredNote: '0 as in the text, 1 as in the source ({0})',
  norm: 'Norm of the value',
  normNote: 'was {0}',
  nextTitle: 'Next tokens before and after',
  nextNote: 'The probability of the token that follows the text, in each run.',
  continuation: 'What follows',
  continuationNote: 'Greedy. The change stays in force, and the whole text is run again for each token.',
  original: 'original',
  changed: 'changed',
  endsHere: 'the text ends here',
  sweepTitle: 'Sweep',
  patchNote:
    'Activation patching (Zhang and Nanda 2024, arXiv 2309.16042): the value of the source is put in at each token and layer. 0: the logit difference is as in the text; 1: as in the source. Positions are matched from the end. Enter or a click opens a cell.',
  ablationNote:
    'At each token and layer the value is changed, and KL(changed || original) of the next token tells how much depended on it. Enter or a click opens a cell.',
  where: 'Where',
  whereAt: '{0} at {1}, position {2}',
  part: '{0}, number {1}',
  how: 'Change',
  model: 'Model',
  precision: 'Precision',
  fastNote: '{0}: the head is approximate, but for the likeliest tokens',
  date: 'Date',
  version: 'Steerscope',
  runsMade: 'Runs',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the figures.',
} as const;

/** The hooks, each with its explanation. */
const HOOKS = {
  resid_mid: 'resid_mid: the stream between attention and MLP',
  resid_post: 'resid_post: the stream after the layer',
  attn_out: 'attn_out: what attention adds',
  mlp_out: 'mlp_out: what the MLP adds',
  z: 'attn.hook_z: the attention heads',
  post: 'mlp.hook_post: the MLP neurons',
} as const;

const CHANGES = {
  zero: 'ablate: zero',
  mean: 'ablate: mean over the positions of the text',
  scale: 'scale by a factor',
  patch: 'patch from another text',
} as const;

export const INTERVENE_WORDS = {
  page: PAGE,
  cases: CASE_WORDS,
  hooks: HOOKS,
  changes: CHANGES,
  next: NEXT_TOKENS_WORDS,
  sweep: SWEEP_GRID_WORDS,
} as const;

export interface InterveneWords {
  readonly page: Words<typeof PAGE>;
  readonly cases: CaseWords;
  readonly hooks: Words<typeof HOOKS>;
  readonly changes: Words<typeof CHANGES>;
  readonly next: Words<typeof NEXT_TOKENS_WORDS>;
  readonly sweep: Words<typeof SWEEP_GRID_WORDS>;
}
