/** The methods of the service about sparse autoencoders: each hands over to `engine/sae`. */
import type { SaeService } from '../../protocol/saeTypes.ts';
import { summarise } from '../model/loadedModel.ts';
import { exportSae, importSae } from '../sae/exchange.ts';
import type { OpenedModel } from './opened.ts';

/** @param current the model that is open; throws where there is none */
export function saeMethods(current: () => OpenedModel): SaeService {
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
    saeExport: async (params, context) => {
      const opened = current();
      return exportSae(opened.directions, described(opened), params, context);
    },
  };
}
