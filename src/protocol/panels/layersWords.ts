/** Every word that the panel of layers shows, in English. The host sends the same table in the user's language. */
import { LAYERS_WORDS as CHARTS } from '../../core/charts/layersGrid.ts';
import type { Words } from '../../core/charts/words.ts';

const PAGE = {
  title: 'Layers',
  lead: 'What each layer holds at each token, and what it would write next.',
  measure: 'Measure',
  language: 'Language',
  direction: 'Direction',
  noDirection: 'none',
  tokens: 'Last tokens',
  steered: 'As steered',
  follows: 'Follow completions',
  readEditor: 'Read the Editor',
  readCompletion: 'Read the Last Completion',
  cancel: 'Cancel',
  save: 'Save as Trace…',
  open: 'Open Trace…',
  getModel: 'Get the Default Model',
  noModel: 'There is no model on this machine yet.',
  opening: 'Opening the model …',
  empty:
    'Nothing read yet. Put the cursor into a text and read the editor, or complete something and read the completion.',
  noProbes:
    'This reading has no probe scores: no probe of languages is known for every layer of this model, or there was none yet when this was read.',
  fitProbes: 'Make Probes of Every Layer',
  stale: 'The settings have changed since this was read.',
  writing:
    'The model is writing: {0} tokens so far. What is marked with a dot is not read yet; all is read when it has ended.',
  gridTitle: 'Tokens by layers',
  numbers: 'The numbers',
  keysHint: 'Arrow keys read the cells; Enter takes one apart.',
  cellTitle: 'Layer {0}, token {1}',
  nextTitle: 'What the layer would write next',
  nextToken: 'token',
  probability: 'probability',
  figuresTitle: 'Measures',
  value: 'value',
  languagesTitle: 'Languages by the probe of this layer',
  probe: 'Probe',
  probeOf: '{0}, made {1}, best at layer {2}',
  fittedOn: 'Fitted on',
  neuronsTitle: 'Neurons that write most',
  neuron: 'neuron',
  activation: 'activation',
  contribution: 'adds',
  promoted: 'makes likelier',
  suppressed: 'makes less likely',
  headsTitle: 'Attention by head',
  headTitle: 'One head',
  head: 'Head',
  headNote: 'From each token (down) to the tokens before it (across).',
  headsNote: 'The share of attention that each head gives to each token. Of the model as it is, without steering.',
  neuronsNote:
    'MLP neurons by |activation| · |value vector|, and the tokens that the value vector makes likelier and less likely through the head, as logits. Geva et al. 2022, arXiv 2203.14680.',
  featuresTitle: 'Features at this token',
  featuresOf: '{0} features of {1} are active at {2}, the strongest first:',
  featuresNone: 'No feature of {1} is active at {2}.',
  feature: '{0} · {1} · {2}',
  unlabelled: 'not looked at yet',
  featuresNote:
    'Of sparse autoencoders, each at the layer that it was trained on, whichever cell is open; without steering. A click opens the feature.',
  fromFile: 'This reading is from a file. Heads and neurons need the model.',
  reading: 'Taking the cell apart …',
  source: 'Text',
  read: 'Read',
  readOf: 'the last {0} of {1} tokens',
  model: 'Model',
  precision: 'Precision',
  steering: 'Steering',
  noSteering: 'none',
  date: 'Date',
  massive: 'Massive activations',
  massiveNote:
    'Dashed cells: one dimension outweighs all others there, most often at the first token. Heads that look nowhere look there (Sun et al. 2024, arXiv 2402.17762).',
} as const;

/** What each measure is, in a line. */
const EXPLAINED = {
  lens: 'Logit lens: the stream of a layer read as if it were the last one, through the final norm and the head. The token is the likeliest, the shade its probability (nostalgebraist 2020).',
  divergence:
    'KL(final || lens) in nats: how far what a layer would say is from what the model says (Belrose et al. 2023, arXiv 2303.08112).',
  entropy: 'Entropy of the lens in nats: how undecided a layer is.',
  norm: '|h| of the residual stream after the layer. The strongest shade is the 98th percentile.',
  change: '|h - h before| / |h before|: how much of the stream a block wrote anew.',
  cosine:
    'The cosine of the stream with the direction of the chosen artefact, in the layers that it has one for; of a gate, the mean of its directions.',
  probe:
    'The probability, from 0 to 1, that a linear probe of the layer gives the language among those it tells apart; together they are 1 (Alain and Bengio 2016, arXiv 1610.01644). Each layer has its own probe, fitted on tokens of code, not on white space or the first token, and these have no score. In text of another kind, a prompt or a language it does not know, it says what that is most like.',
} as const;

export const LAYERS_WORDS = { page: PAGE, charts: CHARTS, explained: EXPLAINED } as const;

export interface LayersWords {
  readonly page: Words<typeof PAGE>;
  readonly charts: Words<typeof CHARTS>;
  readonly explained: Words<typeof EXPLAINED>;
}
