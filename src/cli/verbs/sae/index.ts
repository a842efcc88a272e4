/** `sae`: the verbs about sparse autoencoders, in the order in which help lists them. A new one is one file and one line here. */
import { defineGroup } from '../../cli.ts';
import { exportVerb } from './export.ts';
import { importVerb } from './import.ts';

export const saeVerb = defineGroup({
  name: 'sae',
  summary: 'Sparse autoencoders: evaluated, brought along, passed on',
  verbs: [importVerb, exportVerb],
});
