/** The tool that looks inside the model: what each layer would write next after a text, and how large its stream is. */
import * as vscode from 'vscode';
import * as v from 'valibot';
import { fixed } from '../../core/charts/format.ts';
import type { LensResult, ModelSummary } from '../../protocol/engineService.ts';
import * as field from '../../protocol/fields.ts';
import type { Services } from '../services.ts';
import { inputOf, textToRead, type Tool } from './tool.ts';

const { t } = vscode.l10n;

/** Some 1,200 tokens of code. */
const MAX_CHARACTERS = 4000;
const MAX_TOP = 10;
const TOP = 3;

export interface InspectInput {
  readonly text: string;
  readonly layers?: string;
  readonly top?: number;
}

const schema: v.GenericSchema<unknown, InspectInput> = inputOf({
  text: textToRead(MAX_CHARACTERS),
  layers: v.exactOptional(field.layers),
  top: v.exactOptional(v.pipe(field.top, v.maxValue(MAX_TOP, `must be at most ${MAX_TOP}`))),
});

export function inspectActivations({ engine }: Pick<Services, 'engine'>): Tool<InspectInput> {
  return {
    name: 'steerscope_inspect_activations',
    schema,
    doing: ({ text }) => t('Looking inside the model at {0} characters', text.length),
    run: ({ text, layers = 'all', top = TOP }, signal) =>
      engine.use(
        async (client, model) =>
          lensText(model, await client.lens({ text, special: false, layers, top, last: 1 }, { signal })),
        { signal },
      ),
  };
}

/** A line for each layer. */
function lensText(model: ModelSummary, { ids, pieces = {}, layers }: LensResult): string {
  const nameOf = (id: number): string => JSON.stringify(pieces[id] ?? `#${id}`);
  const rows = layers.map(({ layer, top, norms = [] }) => {
    const next = (top.at(-1) ?? []).map(([id, logit]) => `${nameOf(id)} ${fixed(logit, 1)}`);
    return `${layer} | ${fixed(norms.at(-1) ?? NaN, 1)} | ${next.join(', ')}`;
  });
  return [
    `${model.name}, ${model.precision} precision, ${model.layers} layers of width ${model.dModel}.`,
    `The text has ${ids.length} tokens; everything is at its last one, ${nameOf(ids.at(-1) ?? -1)}.`,
    'Tokens are in the spelling of the vocabulary: Ġ is a space, Ċ a line feed.',
    'layer | norm of the residual stream after it | likeliest next tokens by the logit lens, with logits',
    ...rows,
  ].join('\n');
}
