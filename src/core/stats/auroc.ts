/** The area under the ROC curve of a score, from ranks, with ties: the Mann-Whitney U over the number of pairs. */

/**
 * How well a score tells each group from all others: the chance that a member of the group has the higher score than one
 * who is not, ties counting half. One sort serves all groups.
 *
 * @param scores [n]
 * @param groups [n], 0 to `count` - 1; what is below 0 belongs to no group and is left out
 * @returns [count]; null for a group that has no members, or all
 */
export function aurocs(scores: ArrayLike<number>, groups: ArrayLike<number>, count: number): (number | null)[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).filter((i) => groups[i] >= 0);
  order.sort((a, b) => scores[a] - scores[b]);
  const sizes = new Float64Array(count);
  const rankSums = new Float64Array(count);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && scores[order[to]] === scores[order[from]]) to++;
    // Ranks count from 1; equals share the mean of theirs.
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) {
      sizes[groups[order[at]]]++;
      rankSums[groups[order[at]]] += rank;
    }
    from = to;
  }
  return Array.from(sizes, (size, group) => {
    const others = order.length - size;
    if (size === 0 || others === 0) return null;
    return (rankSums[group] - (size * (size + 1)) / 2) / (size * others);
  });
}
