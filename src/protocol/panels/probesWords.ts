/**
 * Every word that the panel of probes shows, in English. The host sends the same table in the user's language; neither page
 * nor chart has a word of its own.
 */
import { CONFUSION_WORDS } from '../../core/charts/confusion.ts';
import { PROBE_LAYERS_WORDS } from '../../core/charts/probeLayers.ts';
import { TOKEN_SCORES_WORDS } from '../../core/charts/tokenScores.ts';
import type { Words } from '../../core/charts/words.ts';

const PAGE = {
  title: 'Probes',
  lead: 'At which layer can the language be read from what the model holds, and which language does it take each token of your file to be in?',
  target: 'Language',
  against: 'Told from',
  all: 'all together: {0}',
  hook: 'Place in the block (hook)',
  elsewhere: 'Compared with',
  nowhere: 'no other place',
  seed: 'Seed',
  start: 'Probe the layers',
  cancel: 'Cancel',
  export: 'Export as JSON…',
  past: 'Past studies',
  pastChoose: 'Choose a study…',
  getModel: 'Get the Default Model',
  noModel: 'There is no model on this machine yet.',
  opening: 'Opening the model …',
  empty: 'No layer is probed yet. The model writes code in each language first, then a probe is fitted for each layer.',
  progress: '{0}, place {1} of {2}',
  step: '{0}: {1} of {2} {3}',
  left: 'about {0} left in this step',
  starting: 'starting …',
  complete: 'Complete',
  cancelled: 'Cancelled: {0} of {1} places',
  failed: 'Broken off: {0} of {1} places',
  underWay: 'Under way: {0} of {1} places',
  date: 'Date',
  model: 'Model',
  precision: 'Precision',
  languages: 'Languages',
  places: 'Places',
  samples: 'Samples',
  took: 'Took',
  version: 'Steerscope',
  writtenTitle: 'Written so far, by layer',
  writtenNote:
    'The label is the language of the code so far: one token inside of code that the model wrote itself, fence and prompt out of sight. Each token is tested by a probe that has seen nothing of its task. Thin lines are 95% Wilson intervals.',
  askedTitle: 'Asked for, by layer',
  askedNote:
    'The label is the language that a prompt asks for, read at its last token. The name itself is in sight there: early layers are near perfect for a trivial reason. Thin lines are 95% Wilson intervals.',
  confusionTitle: 'Confusion by language, written so far',
  confusionNote:
    'Rows are the language that the token is in, columns what the logistic probe says of it, on tasks that it has not seen. A cell is shaded by its share of the row.',
  layer: 'Layer of the confusion',
  best: '{0}, the best',
  shareAxis: 'share that is told right',
  layerAxis: 'layer',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the figures.',
  openHint: 'Arrow keys read the figures; Enter moves the editor to the token.',
  controlsTitle: 'What each line means',
  fileTitle: 'The current file',
  readFile: 'Read {0}',
  readAgain: 'Read {0} again',
  noFile: 'Open a file, and put the cursor into it.',
  fileEmpty: 'Nothing of a file is read yet. What is selected is read, or else the whole file.',
  reading: 'Reading {0} …',
  stale: '{0} has changed since it was read.',
  gridTitle: 'Language by token',
  gridNote:
    'The probability that a probe of languages gives at each token that is more than white space. A token in any other language gets the one it is most like. Enter or a click moves the editor there.',
  linesTitle: 'Language along the tokens',
  linesNote: 'The same figures as lines, one for each language, told apart by dashes and marks.',
  tokenAxis: 'token',
  probabilityAxis: 'probability',
  controlsSource:
    'On probes and their controls: G-ACT, arXiv 2506.18887; shuffled labels and a baseline show what an accuracy is worth.',
  file: 'File',
  readBy: '{0} at layer {1}',
  probe: 'Probe',
  tokensRead: 'Tokens',
  fromLine: '{0}, from line {1} on: what is before is too far back',
  fitLines: 'Make a Probe for This Model',
  noText: 'There is no token in this text that is more than white space.',
} as const;

/** What each line is: the term, and a sentence that explains it. */
const CONTROLS = {
  probe:
    'Logistic regression on the activation, for each layer one: the light linear probe of G-ACT (arXiv 2506.18887). How much of the language can be read off by a plane.',
  centroids:
    'The plain rival: the activation is given the language whose class mean is nearest, as a clustered direction would have it. Where it keeps up, the probe has found nothing but the difference of means.',
  elsewhere:
    'The same logistic probe at another place of the block: the stream after attention, what a part adds, or the heads (z).',
  embedding:
    'The same probe on the embedding, which knows the token and nothing of what came before it. What a layer adds is its lead over this line.',
  shuffled:
    'The same probe fitted on labels in disorder. Were it far above the commonest language, something would leak between the folds.',
  majority: 'What always naming the commonest language gets right. Below it nothing was learned.',
} as const;

export const PROBES_WORDS = {
  page: PAGE,
  controls: CONTROLS,
  layers: PROBE_LAYERS_WORDS,
  confusion: CONFUSION_WORDS,
  tokens: TOKEN_SCORES_WORDS,
} as const;

export interface ProbesWords {
  readonly page: Words<typeof PAGE>;
  readonly controls: Words<typeof CONTROLS>;
  readonly layers: Words<typeof PROBE_LAYERS_WORDS>;
  readonly confusion: Words<typeof CONFUSION_WORDS>;
  readonly tokens: Words<typeof TOKEN_SCORES_WORDS>;
}
