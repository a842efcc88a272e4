/** Which autoencoders there are of the chosen model: the user's and those that ship. */
import type { ArtefactManifest } from '../../../core/artefact/manifest.ts';
import { modelName } from '../../directions/catalogue.ts';
import type { Services } from '../../services.ts';

/** Until the model is open, its name has to tell. Needs an engine, and no model. @throws EngineError */
export async function autoencodersOf({
  engine,
  settings,
}: Pick<Services, 'engine' | 'settings'>): Promise<readonly ArtefactManifest[]> {
  const { home } = settings;
  const artefacts = await engine.withEngine((client) => client.artefacts({ home }));
  const { summary } = engine.state;
  const name = modelName(settings.model.model);
  return artefacts.filter(
    ({ kind, model }) => kind === 'sae' && (summary ? model.fingerprint === summary.fingerprint : model.name === name),
  );
}
