/** The engine's service: each method finds its model or store and hands over to the folder that does the work. */
import type { JsonValue } from '../../core/artefact/json.ts';
import type { EngineService } from '../../protocol/engineService.ts';
import type { Server } from '../../protocol/rpc.ts';
import { homeFolders } from '../../files/paths.ts';
import { fitArtefact } from '../fit/fitArtefact.ts';
import { generate } from '../generate/generate.ts';
import { judgeAll, measureBias } from '../measure/bias.ts';
import { summarise } from '../model/loadedModel.ts';
import { fitLines } from '../probe/fitLines.ts';
import { readLines } from '../probe/lines.ts';
import { probe } from '../probe/probe.ts';
import { measureGap } from '../reading/logits.ts';
import { readIds } from '../reading/text.ts';
import { forgetFeatures } from '../sae/features/featureFolder.ts';
import { readRun, writeRun } from '../store/runs.ts';
import { examineAll } from '../study/examine.ts';
import { scoreLikelihood } from '../study/likelihood.ts';
import { OpenedModel, directionsAt, fitPlaces, notOpen } from './opened.ts';
import { readings, type RunOnModel } from './readings.ts';
import { saeCollection } from './saeCollection.ts';
import { saeFeatures } from './saeFeatures.ts';
import { saeMethods } from './saeMethods.ts';
import { shippedFolder } from './shipped.ts';

/** @param log takes what no caller asked about and somebody should know */
export function createEngineService(log: Server['log'] = () => {}): EngineService {
  let opened: OpenedModel | undefined;
  const current = (): OpenedModel => {
    if (opened === undefined) throw notOpen();
    return opened;
  };
  const runsOf = ({ params }: OpenedModel): string => homeFolders(params.home).runs;
  /** Runs `work` on the model that is open now, though another may have been opened by the time it is run. */
  const run: RunOnModel = (context, work) => {
    const model = current();
    return model.use(context, (loaded) => work(loaded, model));
  };

  return {
    open: async (params, context) => {
      const next = await OpenedModel.open(params, context);
      // The one before goes in its own time: calls of it may be under way.
      void opened?.close().catch(() => undefined);
      opened = next;
      return summarise(next.file, params.precision);
    },
    gap: (_, context) => run(context, (model, { params }) => measureGap(model, params.home, context)),
    tokenize: async (params) => {
      const { file } = current();
      const { tokenizer } = file;
      const isRun = params.asRun === true || params.asked !== undefined;
      const ids = isRun ? readIds(file, params) : tokenizer.encode(params.text, { special: params.special });
      return { ids, pieces: ids.map((id) => tokenizer.piece(id)) };
    },
    ...readings(run),
    ...saeMethods(current, run),
    ...saeCollection(run),
    ...saeFeatures(run),
    generate: (params, context) =>
      run(context, (model, { directions }) => generate(model, directions, params, context)),
    judge: ({ answers }, context) => judgeAll(answers, context),
    bias: (params, context) => run(context, (model, { directions }) => measureBias(model, directions, params, context)),
    examine: ({ answers }, context) => examineAll(answers, context),
    likelihood: (params, context) => run(context, (model) => scoreLikelihood(model, params, context)),
    fit: (params, context) => run(context, (model, place) => fitArtefact(model, fitPlaces(place), params, context)),
    probe: (params, context) =>
      run(context, (model, place) =>
        probe(model, { directions: place.directions, runs: runsOf(place) }, params, context),
      ),
    lines: (params, context) =>
      run(context, (model, { directions }) => {
        const places = { store: directions.store, shipped: shippedFolder('probes') };
        return readLines(model, places, params, context);
      }),
    fitLines: (params, context) =>
      run(context, (model, place) =>
        fitLines(model, { store: place.directions.store, runs: runsOf(place) }, params, context),
      ),
    artefacts: async (place) => {
      const { artefacts, damaged } = await directionsAt(place).list();
      for (const { error } of damaged) log('warning', `${error.message}. ${error.advice}`);
      return artefacts;
    },
    show: ({ name, ...place }) => directionsAt(place).show(name),
    remove: async ({ name, ...place }) => {
      const directions = directionsAt(place);
      const removed = await directions.remove(name);
      if (removed) await forgetFeatures(directions.store, removed);
      return removed;
    },
    facts: (_, context) =>
      run(context, async (model) => ({
        residentBytes: process.memoryUsage().rss,
        packedBytes: model.packed.bytes,
        precision: model.summary.precision,
        threads: model.settings.threads,
      })),
    recall: async ({ key }) => ((await readRun(runsOf(current()), key)) ?? null) as JsonValue,
    remember: async ({ key, value }) => {
      await writeRun(runsOf(current()), key, value);
      return null;
    },
  };
}
