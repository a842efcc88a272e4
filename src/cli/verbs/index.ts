/** The verbs of the program, in the order in which help lists them. A new verb is one file and one line here. */
import type { Verb } from '../cli.ts';
import { artefactsVerb } from './artefacts.ts';
import { biasVerb } from './bias.ts';
import { captureVerb } from './capture.ts';
import { cellVerb } from './cell.ts';
import { compareVerb } from './compare.ts';
import { fitVerb } from './fit.ts';
import { generateVerb } from './generate.ts';
import { layersVerb } from './layers.ts';
import { interveneVerb } from './intervene.ts';
import { lensVerb } from './lens.ts';
import { linesVerb } from './lines.ts';
import { logitsVerb } from './logits.ts';
import { modelVerb } from './model.ts';
import { probeVerb } from './probe.ts';
import { removeVerb } from './remove.ts';
import { saeVerb } from './sae/index.ts';
import { showVerb } from './show.ts';
import { studyVerb } from './study.ts';
import { sweepVerb } from './sweep.ts';
import { tokenizeVerb } from './tokenize.ts';
import { tourVerb } from './tour.ts';

export const VERBS: readonly Verb[] = [
  tourVerb,
  modelVerb,
  tokenizeVerb,
  logitsVerb,
  captureVerb,
  lensVerb,
  layersVerb,
  cellVerb,
  interveneVerb,
  sweepVerb,
  generateVerb,
  compareVerb,
  biasVerb,
  fitVerb,
  probeVerb,
  linesVerb,
  saeVerb,
  studyVerb,
  artefactsVerb,
  showVerb,
  removeVerb,
];
