/** The methods of the service about sparse autoencoders: each hands over to `engine/sae`. */
import type { SaeService } from '../../protocol/saeTypes.ts';
import { homeFolders } from '../../files/paths.ts';
import { summarise } from '../model/loadedModel.ts';
import { exportSae, importSae } from '../sae/exchange.ts';
import { evaluateSae } from '../sae/evaluateSae.ts';
import { trainArtefact } from '../sae/train/trainArtefact.ts';
import type { OpenedModel } from './opened.ts';
import type { RunOnModel } from './readings.ts';

/** @param current the model that is open; throws where there is none */
export function saeMethods(current: () => OpenedModel, run: RunOnModel): SaeService {
  /** What can be known of the model without loading it. */
  const described = ({ file, params }: OpenedModel) => ({
    summary: summarise(file, params.precision),
    config: file.config,
  });
  return {
    saeImport: async (params, context) => {
      const opened = current();
      return importSae(opened.directions, described(opened), params, context);
    },
    saeEval: (params, context) =>
      run(context, (model, { directions }) => evaluateSae(model, directions, params, context)),
    saeTrain: async (params, context) => {
      const opened = current();
      const { home, threads } = opened.params;
      const model = described(opened);
      const place = { store: opened.directions.store, training: homeFolders(home).training, model, threads };
      return trainArtefact(place, params, context);
    },
    saeExport: async (params, context) => {
      const opened = current();
      return exportSae(opened.directions, described(opened), params, context);
    },
  };
}
