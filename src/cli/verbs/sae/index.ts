/** `sae`: the verbs about sparse autoencoders, in the order in which help lists them. A new one is one file and one line here. */
import { defineGroup } from '../../cli.ts';
import { collectVerb } from './collect.ts';
import { directVerb } from './direct.ts';
import { evalVerb } from './eval.ts';
import { evidenceVerb } from './evidence.ts';
import { exportVerb } from './export.ts';
import { featuresVerb } from './features.ts';
import { importVerb } from './import.ts';
import { labelVerb } from './label.ts';
import { showFeatureVerb } from './show.ts';
import { tiersVerb } from './tiers.ts';
import { trainVerb } from './train.ts';

export const saeVerb = defineGroup({
  name: 'sae',
  summary: 'Sparse autoencoders: trained, evaluated, looked into, steered by, brought along, passed on',
  verbs: [
    collectVerb,
    trainVerb,
    evalVerb,
    evidenceVerb,
    featuresVerb,
    showFeatureVerb,
    labelVerb,
    tiersVerb,
    directVerb,
    importVerb,
    exportVerb,
  ],
});
