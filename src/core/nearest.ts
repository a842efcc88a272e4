/**
 * "Did you mean": the known names that are nearest to a mistyped one. Pure; knows nothing of models, hooks or artefacts.
 */

/** Levenshtein distance over UTF-16 units: the fewest insertions, deletions and replacements that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  // row[j] = distance of the part of `a` read so far to the first j units of `b`
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Names longer than this are compared by their beginning, so that a hostile name costs no more than a long one. */
const COMPARED_LENGTH = 128;

/**
 * At most `n` of `candidates`, nearest to `name` first and in the order given where equally near; letter case is
 * ignored. A candidate that contains the name, or is contained in it, counts as one edit: `smollm2` is meant to find
 * `smollm2-135m-instruct`. Candidates with little in common are still returned: a poor guess shows what there is.
 */
export function nearestNames(name: string, candidates: Iterable<string>, n = 3): string[] {
  const wanted = name.toLowerCase().slice(0, COMPARED_LENGTH);
  const distance = (candidate: string): number => {
    const known = candidate.toLowerCase().slice(0, COMPARED_LENGTH);
    const edits = editDistance(wanted, known);
    const partly = wanted.length > 2 && known.length > 2 && (known.includes(wanted) || wanted.includes(known));
    return partly ? Math.min(edits, 1) : edits;
  };
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: distance(candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, n)
    .map(({ candidate }) => candidate);
}
