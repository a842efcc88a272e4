/** What features are called. */
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
  // None where nobody has looked at the features: what they are called by the user is still worth knowing.
  const automatic = files.knownEvidence()?.rows;
  return Object.fromEntries(
    [...features].flatMap((feature) => {
      const label = own.get(feature) ?? automatic?.[feature]?.label;
      return label === undefined ? [] : [[String(feature), label] as const];
    }),
  );
}
