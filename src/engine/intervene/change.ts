/** What a changed value is, from the values of the text itself and of the source. Computes; runs nothing. */
import type { Site } from '../../core/graph/interventionSites.ts';
import type { Change } from '../../protocol/interventionTypes.ts';
import { valueAt, type PlainRun } from './bench.ts';

/** Where a patch comes from. */
export interface PatchSource {
  readonly run: PlainRun;
  readonly position: number;
}

/** The value at a position with the site's part of it changed, [width]. @param source given with `patch` */
export function changedValue(
  change: Change,
  site: Site,
  original: PlainRun,
  position: number,
  source?: PatchSource,
): Float32Array {
  const value = valueAt(original, site, position).slice();
  const part = value.subarray(site.start, site.start + site.size);
  switch (change.kind) {
    case 'zero':
      part.fill(0);
      break;
    case 'mean':
      part.set(meanOver(original, site));
      break;
    case 'scale':
      for (let i = 0; i < part.length; i++) part[i] *= change.factor;
      break;
    case 'patch':
      if (source) part.set(partAt(source.run, site, source.position));
  }
  return value;
}

/** The part of the value that a site names, [size]. */
export function partAt(run: PlainRun, site: Site, position: number): Float32Array {
  return valueAt(run, site, position).subarray(site.start, site.start + site.size);
}

/** The mean of the part over all positions of the text, [size]. */
function meanOver(run: PlainRun, site: Site): Float64Array {
  const mean = new Float64Array(site.size);
  for (let position = 0; position < run.ids.length; position++)
    partAt(run, site, position).forEach((value, i) => (mean[i] += value / run.ids.length));
  return mean;
}
