/** Every word that the panel of features shows, in English. The host sends the same table in the user's language. */
import { FEATURE_WORDS } from '../../core/charts/feature.ts';
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
    'There is no sparse autoencoder for this model yet. One is trained, or brought along, in the terminal: steerscope sae.',
  needsEvidence:
    'Nobody has looked at the features of this autoencoder yet. It takes source files that it was not trained on, in several languages.',
  look: 'Look at the Features in a Folder…',
  lookAgain: 'Look Again in a Folder…',
  readCursor: 'Features at the Cursor',
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
  cursorHint: 'Arrow keys choose a token; its strongest features are below.',
  cursorFeatures: '{0} features are active at “{1}”, the strongest first:',
  cursorNone: 'No feature is active at “{0}”.',
  cursorFeature: '{0} · {1} · {2}',
  unlabelled: 'not looked at yet',
} as const;

export const SAE_WORDS = { page: PAGE, charts: FEATURE_WORDS } as const;

export interface SaeWords {
  readonly page: Words<typeof PAGE>;
  readonly charts: Words<typeof FEATURE_WORDS>;
}
