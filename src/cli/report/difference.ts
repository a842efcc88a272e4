/** Where two texts part. Pure. */

/** The part before the first difference, the first word that differs, and the rest. */
export type Parted = readonly [shared: string, different: string, rest: string];

/**
 * Splits both texts at their first difference. The marked part is a whole word or a run of marks, so that what is seen
 * is `python` against `cpp` and not a letter. Equal texts have nothing different and no rest; where one text is the
 * beginning of the other, its own different part is empty.
 */
export function firstDifference(a: string, b: string): readonly [Parted, Parted] {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  if (shared === a.length && shared === b.length)
    return [
      [a, '', ''],
      [b, '', ''],
    ];
  // Back to the beginning of the word that is being read, in either text.
  while (shared > 0 && isWord(a[shared - 1]) && (isWord(a[shared]) || isWord(b[shared]))) shared--;
  // Never between the halves of a character beyond the first plane.
  if (shared > 0 && /[\ud800-\udbff]/.test(a[shared - 1] ?? '')) shared--;
  return [part(a, shared), part(b, shared)];
}

function part(text: string, shared: number): Parted {
  const rest = text.slice(shared);
  const different = /^\s*(?:[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)/u.exec(rest)?.[0] ?? rest;
  return [text.slice(0, shared), different, rest.slice(different.length)];
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}
