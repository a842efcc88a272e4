/** The methods of the service that look inside of the model, or change it for one run: each hands over to `reading` or `intervene`. */
import type { EngineService } from '../../protocol/engineService.ts';
import { intervene } from '../intervene/intervene.ts';
import { sweep } from '../intervene/sweep.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { capture } from '../reading/capture.ts';
import { readAttention, readCell } from '../reading/cell.ts';
import { compareSteerings } from '../reading/compare.ts';
import { measureLayers } from '../reading/layers.ts';
import { readLens } from '../reading/lens.ts';
import { readLogits } from '../reading/logits.ts';
import { patch } from '../reading/patch.ts';
import { shippedFolder } from './shipped.ts';
import type { WorkContext } from '../workContext.ts';
import type { OpenedModel } from './opened.ts';

/** Runs work on the model that is open when it is asked for. */
export type RunOnModel = <T>(
  context: WorkContext,
  work: (model: LoadedModel, opened: OpenedModel) => Promise<T>,
) => Promise<T>;

type Reading =
  'logits' | 'capture' | 'lens' | 'layers' | 'cell' | 'attention' | 'compare' | 'patch' | 'intervene' | 'sweep';

export function readings(run: RunOnModel): Pick<EngineService, Reading> {
  return {
    logits: (params, context) => run(context, (model) => readLogits(model, params, context)),
    capture: (params, context) => run(context, (model) => capture(model, params, context)),
    lens: (params, context) => run(context, (model, { directions }) => readLens(model, directions, params, context)),
    layers: (params, context) =>
      run(context, (model, { directions }) => {
        const places = { directions, shippedProbes: shippedFolder('probes') };
        return measureLayers(model, places, params, context);
      }),
    cell: (params, context) => run(context, (model) => readCell(model, params)),
    attention: (params, context) => run(context, (model) => readAttention(model, params)),
    compare: (params, context) =>
      run(context, (model, { directions }) => compareSteerings(model, directions, params, context)),
    patch: (params, context) => run(context, (model) => patch(model, params)),
    intervene: (params, context) => run(context, (model) => intervene(model, params, context)),
    sweep: (params, context) => run(context, (model) => sweep(model, params, context)),
  };
}
