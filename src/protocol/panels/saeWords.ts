/** Every word that the panel of features shows, in English. The host sends the same table in the user's language. */
import { FEATURE_WORDS } from '../../core/charts/feature.ts';
import { TRAINING_CURVE_WORDS } from '../../core/charts/trainingCurve.ts';
import type { Words } from '../../core/charts/words.ts';

const PAGE = {
  title: 'Features',
  lead: 'A sparse autoencoder writes the stream of a layer as a sum of few features. What is each of them about, and which are active in your text?',
  autoencoder: 'Autoencoder',
  noAutoencoder: 'none',
  search: 'Search labels, tokens and contexts',
  language: 'Language',
  anyLanguage: 'any',
  sort: 'Sorted by',
  sortAuroc: 'AUROC of the language',
  sortDensity: 'density',
  sortMax: 'largest activation',
  sortIndex: 'number',
  noModel: 'There is no model on this machine yet.',
  getModel: 'Get the Default Model',
  noneHere:
    'There is no sparse autoencoder for this model yet. Train one below; the terminal brings along those of others: steerscope sae import.',
  needsEvidence:
    'Nobody has looked at the features of this autoencoder yet. It takes source files that it was not trained on, in several languages.',
  look: 'Look at the Features in a Folder…',
  lookAgain: 'Look Again in a Folder…',
  readCursor: 'Features at the Cursor',
  readCompletion: 'Features of the Last Completion',
  cancel: 'Cancel',
  starting: 'starting …',
  step: '{0}: {1}',
  stepOf: '{0}: {1} of {2}',
  left: 'about {0} left in this step',
  listTitle: 'Features',
  listNote: '{0} of {1} features, as they were seen in {2} tokens of {3} ({4}).',
  listHint: 'Arrow keys move in the list; Enter opens a feature.',
  nothingFound: 'No feature matches.',
  headIndex: 'Number',
  headLabel: 'Label',
  headAuroc: 'AUROC',
  featureTitle: 'Feature {0}',
  featureEmpty: 'Choose a feature in the list.',
  ownLabel: 'Your own label',
  automatic: 'By its evidence',
  density: 'Density',
  densityText: '{0} of the tokens: {1}',
  activation: 'Activation',
  activationText: '{0} on average where it is active, {1} at most',
  contextsTitle: 'Where it is strongest',
  contextsNote:
    'Each row is a piece of a file round the token at which the feature is strongest; shades are its activation at each token. At most two are of one file.',
  histogramTitle: 'How strong it is',
  histogramNote: 'How many tokens have an activation in each range, the zeros left out.',
  selectivityTitle: 'Which language it goes with',
  selectivityNote:
    'AUROC: how often the feature is stronger in a window of this language than in one of another, by the largest activation in each window; 0.5 says nothing. The lift in the table is the share of what it promotes that is words of the language, over their share of the vocabulary (after Neural FOXP2).',
  promotedTitle: 'What it promotes',
  promotedNote:
    'The logits that a unit of the feature raises most by itself, through the gain of the last norm and the head.',
  suppressedTitle: 'What it suppresses',
  suppressedNote: 'The logits that a unit of the feature lowers most.',
  nearestTitle: 'Features that write alike',
  nearestText: '{0} · {1} · cosine {2}',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the figures.',
  cursorTitle: 'At the cursor',
  cursorTokens: 'Tokens before the cursor in {0}',
  completionTitle: 'In the completion',
  completionTokens: 'Tokens of {0}, as the model reads them without steering',
  cursorHint: 'Arrow keys choose a token; its strongest features are below.',
  cursorFeatures: '{0} features are active at “{1}”, the strongest first:',
  cursorNone: 'No feature is active at “{0}”.',
  cursorFeature: '{0} · {1} · {2}',
  unlabelled: 'not looked at yet',
} as const;

const STEERING = {
  title: 'Steer by this feature',
  note: 'What is chosen here is kept as a direction, which lenses, status bar, completions and the other panels then offer like any other, with a strength that multiplies it.',
  op: 'What is done',
  when: 'add where it is active',
  hold: 'hold at every token',
  add: 'add at every token',
  clamp: 'clamp the activation',
  scale: 'scale the activation',
  ablate: 'ablate',
  dose: 'Median norms of the layer',
  activation: 'Activation',
  factor: 'Factor',
  steer: 'Steer by It…',
  whenNote:
    'The gentlest of three tiers: only tokens that have the feature get more of it (after “Breaking Bad Tokens”, arXiv 2505.14536).',
  holdNote: 'The middle tier: every token gets the same part of the feature, whatever it had.',
  addNote: 'The hardest tier: every token gets this much more of it. Negative pushes the other way.',
  clampNote: 'The activation becomes this at every token.',
  scaleNote: 'The activation is multiplied by this where the feature is active.',
  ablateNote: 'The activation becomes 0: the feature is taken out.',
} as const;

const TRAINING = {
  title: 'Train an Autoencoder',
  lead: 'Activations of a layer are collected once, from source files, into a folder. From them an autoencoder learns, which takes minutes to hours and goes on while you work; the figures come as they are measured.',
  activations: 'Activations',
  noActivations: 'none chosen',
  pick: 'Choose Activations…',
  collect: 'Collect from Files…',
  name: 'Name',
  architecture: 'How features are kept few',
  topk: 'top-k: the k strongest of each token',
  batchtopk: 'batch-top-k: k a token on average',
  jumprelu: 'JumpReLU: learnt thresholds',
  relu: 'ReLU: a price on activation',
  k: 'k, active features',
  sparsity: 'Price of sparsity',
  steps: 'Steps (empty: all once)',
  train: 'Train',
  resume: 'Go On',
  replace: 'Begin Anew',
  cancel: 'Stop and Keep',
  unfinished: 'A run of this name was broken off. It goes on to the same numbers, with the same settings.',
  done: 'The run has ended, and {0} can be chosen above.',
  figures: '{0} · {1} activations a second',
  lossTitle: 'Loss',
  lossNote:
    'What is made small: the mean squared error of a batch, of inputs scaled to variance 1, and what sparsity costs.',
  explainedTitle: 'Explained variance',
  explainedNote: '1 − SS_res / SS_tot over a batch; held out: over activations of packages that are not learnt from.',
  l0Title: 'L0',
  l0Note: 'Active features a token, the mean over a batch.',
  deadTitle: 'Dead features',
  deadNote: 'The share of features that were active at no token of the last steps.',
} as const;

export const SAE_WORDS = {
  page: PAGE,
  charts: FEATURE_WORDS,
  steering: STEERING,
  training: TRAINING,
  curves: TRAINING_CURVE_WORDS,
} as const;

export interface SaeWords {
  readonly page: Words<typeof PAGE>;
  readonly charts: Words<typeof FEATURE_WORDS>;
  readonly steering: Words<typeof STEERING>;
  readonly training: Words<typeof TRAINING>;
  readonly curves: Words<typeof TRAINING_CURVE_WORDS>;
}
