/** What features are called. */
import { SteerscopeError } from '../../../core/errors.ts';
import type { Evidence } from '../../../core/sae/evidenceFile/read.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import { FeatureFiles } from './featureFiles.ts';

/** The labels of these features, the user's where there is one; without those that nobody has looked at. */
export async function labelsOf(
  source: ArtefactSource,
  name: string,
  features: ReadonlySet<number>,
): Promise<Record<string, string>> {
  const files = await FeatureFiles.of(source, name);
  const own = await files.labels();
  const automatic = automaticLabels(files);
  return Object.fromEntries(
    [...features].flatMap((feature) => {
      const label = own.get(feature) ?? automatic?.[feature]?.label;
      return label === undefined ? [] : [[String(feature), label] as const];
    }),
  );
}

/** None where nobody has looked at the features: what fires is still worth knowing. */
function automaticLabels(files: FeatureFiles): Evidence['rows'] | undefined {
  try {
    return files.evidence().rows;
  } catch (error) {
    if (SteerscopeError.is(error, 'no-evidence')) return undefined;
    throw error;
  }
}
