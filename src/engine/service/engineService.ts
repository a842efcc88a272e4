/** The engine's service: each method finds its model or store and hands over to the folder that does the work. */
import type { JsonValue } from '../../core/artefact/json.ts';
import type { EngineService } from '../../protocol/engineService.ts';
import { homeFolders } from '../../files/paths.ts';
import { fitArtefact } from '../fit/fitArtefact.ts';
import { generate } from '../generate/generate.ts';
import { judgeAll, measureBias } from '../measure/bias.ts';
import { summarise } from '../model/loadedModel.ts';
import { probe } from '../probe/probe.ts';
import { capture } from '../reading/capture.ts';
import { readLens } from '../reading/lens.ts';
import { measureGap, readLogits } from '../reading/logits.ts';
import { patch } from '../reading/patch.ts';
import { readRun, writeRun } from '../store/runs.ts';
import { OpenedModel, directionsAt, notOpen } from './opened.ts';

export function createEngineService(): EngineService {
  let opened: OpenedModel | undefined;
  const current = (): OpenedModel => {
    if (opened === undefined) throw notOpen();
    return opened;
  };
  const runsFolder = () => homeFolders(current().params.home).runs;

  return {
    open: async (params, context) => {
      opened = await OpenedModel.open(params, context);
      return summarise(opened.file, params.precision);
    },
    gap: (_, context) => current().use(context, (model) => measureGap(model, current().params.home, context)),
    tokenize: async ({ text, special }) => {
      const { tokenizer } = current().file;
      const ids = tokenizer.encode(text, { special });
      return { ids, pieces: ids.map((id) => tokenizer.piece(id)) };
    },
    logits: (params, context) => current().use(context, (model) => readLogits(model, params, context)),
    capture: (params, context) => current().use(context, (model) => capture(model, params, context)),
    lens: (params, context) =>
      current().use(context, (model) => readLens(model, current().directions, params, context)),
    patch: (params, context) => current().use(context, (model) => patch(model, params)),
    generate: (params, context) =>
      current().use(context, (model) => generate(model, current().directions, params, context)),
    judge: ({ answers }, context) => judgeAll(answers, context),
    bias: (params, context) =>
      current().use(context, (model) => measureBias(model, current().directions, params, context)),
    fit: (params, context) =>
      current().use(context, (model) => fitArtefact(model, current().directions.store, params, context)),
    probe: (params, context) =>
      current().use(context, (model) =>
        probe(model, { directions: current().directions, runs: runsFolder() }, params, context),
      ),
    artefacts: (place) => directionsAt(place).list(),
    show: ({ name, ...place }) => directionsAt(place).show(name),
    remove: ({ name, ...place }) => directionsAt(place).remove(name),
    facts: async (_, context) =>
      current().use(context, async (model) => ({
        residentBytes: process.memoryUsage().rss,
        packedBytes: model.packed.bytes,
        precision: model.summary.precision,
        threads: model.settings.threads,
      })),
    recall: async ({ key }) => ((await readRun(runsFolder(), key)) ?? null) as JsonValue,
    remember: async ({ key, value }) => {
      await writeRun(runsFolder(), key, value);
      return null;
    },
  };
}
