/**
 * How much of the source's logit difference a patch brings into the target: 0 where it is as in the target, 1 where it is as
 * in the source (Wang et al. 2023, section 3; Zhang and Nanda 2024, section 2). Below 0 and above 1 it may be, too.
 * Null where target and source do not differ, so that there is nothing to recover.
 */
export function recovered(changed: number, target: number, source: number): number | null {
  const way = source - target;
  return way === 0 || !Number.isFinite(way) || !Number.isFinite(changed) ? null : (changed - target) / way;
}
