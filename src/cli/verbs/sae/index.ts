/** `sae`: the verbs about sparse autoencoders, in the order in which help lists them. A new one is one file and one line here. */
import { defineGroup } from '../../cli.ts';
import { evidenceVerb } from './evidence.ts';
import { exportVerb } from './export.ts';
import { featuresVerb } from './features.ts';
import { importVerb } from './import.ts';
import { labelVerb } from './label.ts';
import { showFeatureVerb } from './show.ts';

export const saeVerb = defineGroup({
  name: 'sae',
  summary: 'Sparse autoencoders: evaluated, looked into, brought along, passed on',
  verbs: [evidenceVerb, featuresVerb, showFeatureVerb, labelVerb, importVerb, exportVerb],
});
