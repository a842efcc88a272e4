/** `model`: which model it is, where it lies, and how far its fast arithmetic is from the exact one. */
import { Option } from 'commander';
import type { LogitGap, ModelSummary } from '../../protocol/engineService.ts';
import { defineVerb } from '../cli.ts';
import { plain } from '../plainText.ts';
import { withModel } from '../session.ts';
import { table } from '../table.ts';

interface Flags {
  readonly get: boolean;
  readonly gap: boolean;
}

type ModelDocument = Omit<ModelSummary, 'infill'> & Partial<LogitGap>;

export const modelVerb = defineVerb<Flags>({
  name: 'model',
  summary: 'Which model is used; --get fetches it where it is missing',
  examples: ['--get', '--gap', '--model ./other.gguf --json'],
  options: [
    new Option('--get', 'fetch the model where it is missing').default(false),
    new Option('--gap', 'measure the gap between fast and exact logits on a built-in text').default(false),
  ],
  async run(options, cli) {
    const document = await withModel(
      cli,
      options,
      // Whether it can fill in matters to editors alone and is not in the terminal's contract.
      async ({ engine, calls, model: { infill: _, ...model } }): Promise<ModelDocument> => ({
        ...model,
        ...(options.gap ? await engine.gap({}, calls) : {}),
      }),
      options,
    );
    if (options.json) cli.output.json(document);
    else cli.output.lines(...table(describe(document)));
  },
});

function describe(model: ModelDocument): string[][] {
  const { maxAbs, relRms, top1 } = model;
  const types = Object.entries(model.weightTypes).map(([type, tensors]) => `${tensors} ${type}`);
  return [
    ['name', plain(model.name)],
    ['path', plain(model.path)],
    ['sha256', model.sha256],
    ['architecture', plain(model.architecture)],
    ['layers', String(model.layers)],
    ['width', String(model.dModel)],
    ['heads', `${model.heads} of width ${model.headWidth}, ${model.kvHeads} for keys and values`],
    ['vocabulary', `${model.vocab} tokens`],
    ['context', `${model.context} tokens`],
    ['tensors', types.join(', ')],
    ['precision', model.precision],
    ['fingerprint', model.fingerprint],
    ...(maxAbs === undefined || relRms === undefined || top1 === undefined
      ? []
      : [
          [
            `${model.precision === 'exact' ? 'fast' : model.precision} to exact`,
            `at most ${maxAbs.toFixed(3)}, rel. rms ${relRms.toFixed(4)}, top-1 ${percent(top1)}`,
          ],
        ]),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
