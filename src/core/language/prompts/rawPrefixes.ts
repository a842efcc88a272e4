/**
 * The beginnings of files that hold nothing but a comment: where a model continues text, without a chat. The comment mark
 * is that of most of the languages (every one but Python and Julia), which the results have to be read with.
 */
export interface RawPrefix {
  readonly id: string;
  /** What the file says so far; ends with a line break, so that code comes next. */
  readonly text: string;
}

const prefix = (id: string, comment: string): RawPrefix => ({ id: `raw-${id}`, text: `// ${comment}\n` });

export const RAW_PREFIXES: readonly RawPrefix[] = [
  prefix('average', 'Compute the average of a sequence of numbers.'),
  prefix('sorted', 'Check whether a sequence of numbers is sorted.'),
  prefix('swap-ends', 'Swap the first and the last element of a sequence.'),
  prefix('cube-volume', 'Compute the volume and the surface of a cube.'),
  prefix('spaces', 'Count the spaces in a line of text.'),
  prefix('multiplication-table', 'Print the multiplication table up to ten.'),
  prefix('quadratic-roots', 'Solve a quadratic equation and print its roots.'),
  prefix('harmonic-sum', 'Add the reciprocals of the first whole numbers.'),
];
